--
-- PostgreSQL database dump
--

\restrict TlADJf9Bbf7MsXDQgCCtP6Obb7Pci8GqJJmwpEyfhShtvvsm4bFtvGzvsjZBBfA

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

COPY public.settings (key, value) FROM stdin;
a	line\r\nline
b	\N
\.


--
-- Data for Name: customers; Type: TABLE DATA; Schema: shop; Owner: postgres
--

COPY shop.customers (id, name, mood, raw, data, tags, at) FROM stdin;
1	Ann	good	\\x00ff	{"a": "b\\\\c"}	{a,"b c",NULL,"d\\"e"}	2024-02-29 12:00:00+00
2	two\nlines\tand a tab	\N	\N	\N	{}	\N
3	\\.	bad	\\x	[1, 2]	\N	infinity
4	\\.\nafter; -- it's "odd" \\N	bad	\\x5c2e	{}	\N	\N
5		\N	\N	null	\N	\N
6	Żółć 🐘 $$ $1 :name	good	\N	\N	\N	\N
\.


--
-- Data for Name: Orders; Type: TABLE DATA; Schema: shop; Owner: postgres
--

COPY shop."Orders" (id, customer, total, note) FROM stdin;
1	2	0.33	note 1
2	3	0.67	note 2
3	4	1.00	note 3
4	5	1.33	\N
5	6	1.67	note 5
6	1	2.00	note 6
7	2	2.33	note 7
8	3	2.67	\N
9	4	3.00	note 9
10	5	3.33	note 10
11	6	3.67	note 11
12	1	4.00	\N
13	2	4.33	note 13
14	3	4.67	note 14
15	4	5.00	note 15
16	5	5.33	\N
17	6	5.67	note 17
18	1	6.00	note 18
19	2	6.33	note 19
20	3	6.67	\N
\.


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

\unrestrict TlADJf9Bbf7MsXDQgCCtP6Obb7Pci8GqJJmwpEyfhShtvvsm4bFtvGzvsjZBBfA

