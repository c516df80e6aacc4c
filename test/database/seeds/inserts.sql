--
-- PostgreSQL database dump
--

\restrict ROALsoT3xZ14n9YpeiRtfSrGfdhke3vplBcss8OCyIVw6vEAeINcd2A39RIIwaM

-- Dumped from database version 15.18
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Data for Name: settings; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.settings VALUES ('a', 'line
line');
INSERT INTO public.settings VALUES ('b', NULL);


--
-- Data for Name: customers; Type: TABLE DATA; Schema: shop; Owner: postgres
--

INSERT INTO shop.customers OVERRIDING SYSTEM VALUE VALUES (1, 'Ann', 'good', '\x00ff', '{"a": "b\\c"}', '{a,"b c",NULL,"d\"e"}', '2024-02-29 12:00:00+00', DEFAULT);
INSERT INTO shop.customers OVERRIDING SYSTEM VALUE VALUES (2, 'two
lines	and a tab', NULL, NULL, NULL, '{}', NULL, DEFAULT);
INSERT INTO shop.customers OVERRIDING SYSTEM VALUE VALUES (3, '\.', 'bad', '\x', '[1, 2]', NULL, 'infinity', DEFAULT);
INSERT INTO shop.customers OVERRIDING SYSTEM VALUE VALUES (4, '\.
after; -- it''s "odd" \N', 'bad', '\x5c2e', '{}', NULL, NULL, DEFAULT);
INSERT INTO shop.customers OVERRIDING SYSTEM VALUE VALUES (5, '', NULL, NULL, 'null', NULL, NULL, DEFAULT);
INSERT INTO shop.customers OVERRIDING SYSTEM VALUE VALUES (6, 'Żółć 🐘 $$ $1 :name', 'good', NULL, NULL, NULL, NULL, DEFAULT);


--
-- Data for Name: Orders; Type: TABLE DATA; Schema: shop; Owner: postgres
--

INSERT INTO shop."Orders" VALUES (1, 2, 0.33, 'note 1');
INSERT INTO shop."Orders" VALUES (2, 3, 0.67, 'note 2');
INSERT INTO shop."Orders" VALUES (3, 4, 1.00, 'note 3');
INSERT INTO shop."Orders" VALUES (4, 5, 1.33, NULL);
INSERT INTO shop."Orders" VALUES (5, 6, 1.67, 'note 5');
INSERT INTO shop."Orders" VALUES (6, 1, 2.00, 'note 6');
INSERT INTO shop."Orders" VALUES (7, 2, 2.33, 'note 7');
INSERT INTO shop."Orders" VALUES (8, 3, 2.67, NULL);
INSERT INTO shop."Orders" VALUES (9, 4, 3.00, 'note 9');
INSERT INTO shop."Orders" VALUES (10, 5, 3.33, 'note 10');
INSERT INTO shop."Orders" VALUES (11, 6, 3.67, 'note 11');
INSERT INTO shop."Orders" VALUES (12, 1, 4.00, NULL);
INSERT INTO shop."Orders" VALUES (13, 2, 4.33, 'note 13');
INSERT INTO shop."Orders" VALUES (14, 3, 4.67, 'note 14');
INSERT INTO shop."Orders" VALUES (15, 4, 5.00, 'note 15');
INSERT INTO shop."Orders" VALUES (16, 5, 5.33, NULL);
INSERT INTO shop."Orders" VALUES (17, 6, 5.67, 'note 17');
INSERT INTO shop."Orders" VALUES (18, 1, 6.00, 'note 18');
INSERT INTO shop."Orders" VALUES (19, 2, 6.33, 'note 19');
INSERT INTO shop."Orders" VALUES (20, 3, 6.67, NULL);


--
-- Name: Orders_id_seq; Type: SEQUENCE SET; Schema: shop; Owner: postgres
--

SELECT pg_catalog.setval('shop."Orders_id_seq"', 20, true);


--
-- Name: customers_id_seq; Type: SEQUENCE SET; Schema: shop; Owner: postgres
--

SELECT pg_catalog.setval('shop.customers_id_seq', 6, true);


--
-- PostgreSQL database dump complete
--

\unrestrict ROALsoT3xZ14n9YpeiRtfSrGfdhke3vplBcss8OCyIVw6vEAeINcd2A39RIIwaM

