// Names that Postgres and the modules of its contrib, pgvector and PostGIS bring: they tell nothing of who uses them.

/** Of pg_proc, 15 to 18, what takes next to nothing for a row. */
const cheapFunctions =
  "abs age array_agg array_length array_position avg bit_and bit_or bool_and bool_or btrim cardinality ceil ceiling char_length concat concat_ws count cume_dist " +
  "current_setting date date_part date_trunc dense_rank every extract first_value floor format hashtext initcap json_agg json_build_array json_build_object json_object_agg " +
  "jsonb_agg jsonb_array_length jsonb_build_array jsonb_build_object jsonb_object_agg lag last_value lead left length lower lpad ltrim make_date make_interval max md5 min " +
  "mod nextval now nth_value ntile octet_length percent_rank percentile_cont percentile_disc position power random rank repeat replace reverse right round row_number " +
  "row_to_json rpad rtrim sign split_part sqrt starts_with stddev stddev_pop stddev_samp string_agg string_to_array strpos substr substring sum timestamp timezone to_char " +
  "to_date to_json to_jsonb to_number to_timestamp translate trunc unnest upper var_pop var_samp variance width_bucket ";

/** The other ones of pg_proc, without what no query calls: input and output, operators' own, states of aggregates, administration. */
const otherFunctions =
  "abbrev acldefault aclexplode acos acosd acosh akeys any_value area armor array_dims array_fill array_lower array_ndims array_positions array_remove array_replace " +
  "array_reverse array_sample array_shuffle array_sort array_to_halfvec array_to_json array_to_sparsevec array_to_string array_to_tsvector array_to_vector array_upper ascii " +
  "asin asind asinh atan atan2 atan2d atand atanh avals bernoulli binary_quantize bit_count bit_length bit_xor box broadcast casefold cbrt center character_length chr circle " +
  "clock_timestamp col_description connectby convert convert_from convert_to corr cos cosd cosh cosine_distance cot cotd covar_pop covar_samp crc32 crc32c crosstab crosstab2 " +
  "crosstab3 crosstab4 crypt cube cube_dim cube_enlarge cube_inter cube_is_point cube_ll_coord cube_size cube_subset cube_union cube_ur_coord current_database current_query " +
  "current_schema current_schemas current_user currval cursor_to_xml cursor_to_xmlschema daitch_mokotoff database_to_xml database_to_xml_and_xmlschema database_to_xmlschema " +
  "date_bin date_subtract datemultirange daterange dearmor decode decrypt decrypt_iv defined degrees diagonal diameter difference digest div dmetaphone dmetaphone_alt each " +
  "earth earth_box earth_distance encode encrypt encrypt_iv enum_first enum_last enum_range erf erfc exp factorial family fips_mode float8 format_type gamma gc_to_sec gcd " +
  "gen_random_bytes gen_random_uuid gen_salt generate_series generate_subscripts get_bit get_byte get_current_ts_config getdatabaseencoding halfvec halfvec_avg " +
  "halfvec_concat halfvec_l2_squared_distance halfvec_negative_inner_product halfvec_spherical_distance halfvec_to_float4 halfvec_to_sparsevec halfvec_to_vector " +
  "hamming_distance has_table_privilege height hmac host hostmask hstore hstore_to_json_loose hstore_to_jsonb_loose hstore_version_diag icu_unicode_version index " +
  "inet_client_addr inet_client_port inet_server_addr inet_server_port inner_product int4 int4multirange int4range int8multirange int8range interval_avg intset is_normalized " +
  "isclosed isdefined isempty isexists isfinite ishorizontal isopen isparallel isperp isvertical jaccard_distance json_agg_strict json_array_elements " +
  "json_array_elements_text json_array_length json_each json_each_text json_object json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict " +
  "json_object_keys json_populate_record json_populate_recordset json_strip_nulls json_to_record json_to_recordset json_to_tsvector json_typeof jsonb_agg_strict " +
  "jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_insert jsonb_object jsonb_object_agg_strict jsonb_object_agg_unique " +
  "jsonb_object_agg_unique_strict jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query jsonb_path_query_array " +
  "jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record jsonb_populate_record_valid jsonb_populate_recordset " +
  "jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_to_tsvector jsonb_typeof justify_days justify_hours justify_interval " +
  "l1_distance l2_distance l2_norm l2_normalize lastval latitude lca lcm levenshtein levenshtein_less_equal lgamma like like_escape line ll_to_earth ln lo_close lo_creat " +
  "lo_create lo_export lo_from_bytea lo_get lo_import lo_lseek lo_lseek64 lo_open lo_put lo_tell lo_tell64 lo_truncate lo_truncate64 lo_unlink log log10 longitude loread " +
  "lower_inc lower_inf lowrite lseg ltree2text macaddr8_set7bit make_time make_timestamp make_timestamptz makeaclitem masklen metaphone min_scale mode multirange mxid_age " +
  "nameconcatoid netmask network nlevel normal_rand normalize notlike npoints num_nonnulls num_nulls numeric_div_trunc numeric_exp numeric_inc numeric_ln numeric_log " +
  "numeric_sqrt nummultirange numnode numrange obj_description oidvectortypes overlaps overlay parse_ident pclose pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock " +
  "pg_advisory_unlock_all pg_advisory_unlock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_available_extension_versions pg_available_extensions " +
  "pg_available_wal_summaries pg_backend_pid pg_backup_start pg_backup_stop pg_basetype pg_blocking_pids pg_char_to_encoding pg_client_encoding pg_collation_actual_version " +
  "pg_collation_for pg_collation_is_visible pg_column_compression pg_column_is_updatable pg_column_size pg_column_toast_chunk_id pg_conf_load_time pg_config " +
  "pg_conversion_is_visible pg_current_logfile pg_current_snapshot pg_current_xact_id pg_current_xact_id_if_assigned pg_cursor pg_database_collation_actual_version " +
  "pg_database_size pg_describe_object pg_encoding_max_length pg_encoding_to_char pg_event_trigger_ddl_commands pg_event_trigger_dropped_objects " +
  "pg_event_trigger_table_rewrite_oid pg_event_trigger_table_rewrite_reason pg_extension_config_dump pg_extension_update_paths pg_filenode_relation pg_function_is_visible " +
  "pg_get_constraintdef pg_get_expr pg_get_function_arg_default pg_get_function_arguments pg_get_function_identity_arguments pg_get_function_result pg_get_function_sqlbody " +
  "pg_get_functiondef pg_get_indexdef pg_get_keywords pg_get_partition_constraintdef pg_get_partkeydef pg_get_ruledef pg_get_sequence_data pg_get_serial_sequence " +
  "pg_get_statisticsobjdef pg_get_statisticsobjdef_columns pg_get_statisticsobjdef_expressions pg_get_triggerdef pg_get_userbyid pg_get_viewdef pg_has_role " +
  "pg_index_column_has_property pg_index_has_property pg_indexam_has_property pg_indexam_progress_phasename pg_indexes_size pg_input_error_info pg_input_is_valid " +
  "pg_is_in_recovery pg_is_other_temp_schema pg_isolation_test_session_is_blocked pg_jit_available pg_listening_channels pg_my_temp_schema pg_notify pg_numa_available " +
  "pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible pg_options_to_table pg_postmaster_start_time pg_prepared_statement pg_prepared_xact " +
  "pg_relation_filenode pg_relation_filepath pg_relation_is_publishable pg_relation_is_updatable pg_relation_size pg_safe_snapshot_blocking_pids pg_settings_get_flags " +
  "pg_size_bytes pg_size_pretty pg_sleep pg_sleep_for pg_sleep_until pg_snapshot_xip pg_snapshot_xmax pg_snapshot_xmin pg_split_walfile_name pg_stat_clear_snapshot " +
  "pg_stat_file pg_stat_force_next_flush pg_stat_have_stats pg_stat_reset pg_stat_reset_backend_stats pg_stat_reset_replication_slot pg_stat_reset_shared " +
  "pg_stat_reset_single_function_counters pg_stat_reset_single_table_counters pg_stat_reset_slru pg_stat_reset_subscription_stats pg_statistics_obj_is_visible " +
  "pg_table_is_visible pg_table_size pg_timezone_abbrevs pg_timezone_abbrevs_abbrevs pg_timezone_abbrevs_zone pg_timezone_names pg_total_relation_size pg_trigger_depth " +
  "pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared pg_ts_config_is_visible pg_ts_dict_is_visible " +
  "pg_ts_parser_is_visible pg_ts_template_is_visible pg_type_is_visible pg_typeof pg_visible_in_snapshot pg_xact_commit_timestamp pg_xact_commit_timestamp_origin " +
  "pg_xact_status pgp_armor_headers pgp_key_id pgp_pub_decrypt pgp_pub_decrypt_bytea pgp_pub_encrypt pgp_pub_encrypt_bytea pgp_sym_decrypt pgp_sym_decrypt_bytea " +
  "pgp_sym_encrypt pgp_sym_encrypt_bytea phraseto_tsquery pi plainto_tsquery point polygon popen pow query_to_xml query_to_xml_and_xmlschema query_to_xmlschema querytree " +
  "quote_ident quote_literal quote_nullable radians radius rand random_normal range_agg range_intersect_agg range_merge regexp_count regexp_instr regexp_like regexp_match " +
  "regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy " +
  "regr_syy satisfies_hash_partition scale schema_to_xml schema_to_xml_and_xmlschema schema_to_xmlschema sec_to_gc session_user set_bit set_byte set_config set_limit " +
  "set_masklen setseed setval setweight sha224 sha256 sha384 sha512 shobj_description show_limit show_trgm similar_escape similar_to_escape similarity sin sind sinh skeys " +
  "slice slope sort sort_asc sort_desc soundex sparsevec sparsevec_l2_squared_distance sparsevec_negative_inner_product sparsevec_to_halfvec sparsevec_to_vector " +
  "statement_timestamp strict_word_similarity string_to_table strip subarray subltree subpath subvector svals system system_user table_to_xml table_to_xml_and_xmlschema " +
  "table_to_xmlschema tan tand tanh tconvert text text2ltree text_soundex textlen timeofday timestamptz to_ascii to_bin to_hex to_oct to_tsquery to_tsvector " +
  "transaction_timestamp trim_array trim_scale ts_debug ts_delete ts_filter ts_headline ts_lexize ts_rank ts_rank_cd ts_rewrite ts_stat tsmultirange tsquery_phrase tsrange " +
  "tstzmultirange tstzrange tsvector_to_array txid_current unaccent unicode_assigned unicode_version uniq unistr upper_inc upper_inf uuid_extract_timestamp " +
  "uuid_extract_version uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil uuid_ns_dns uuid_ns_oid uuid_ns_url uuid_ns_x500 " +
  "uuidv4 uuidv7 vector vector_avg vector_concat vector_dims vector_l2_squared_distance vector_negative_inner_product vector_norm vector_spherical_distance vector_to_float4 " +
  "vector_to_halfvec vector_to_sparsevec version websearch_to_tsquery width word_similarity xml_is_well_formed xml_is_well_formed_content xml_is_well_formed_document xmlagg " +
  "xmlcomment xmlconcat2 xmlexists xmltext xmlvalidate xpath xpath_exists ";

/** Written like calls in SQL's own syntax, and as cheap. */
const constructs = "all any array cast coalesce exists greatest in least nullif over partial row trim values";

/** The first words of types, as pg_type and format_type have them. */
const types =
  "aclitem bigint bit bool boolean box bpchar bytea char character cid cidr circle citext cstring cube date datemultirange daterange dec decimal double earth float float4 " +
  "float8 geography geometry halfvec hstore inet int2 int4 int4multirange int4range int8 int8multirange int8range integer interval json jsonb jsonpath line lquery lseg ltree " +
  "ltxtquery macaddr macaddr8 money name numeric nummultirange numrange oid path pg_lsn pg_snapshot point polygon real record refcursor regclass regcollation regconfig " +
  "regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype smallint sparsevec text tid time timestamp timestamptz timetz tsmultirange tsquery " +
  "tsrange tstzmultirange tstzrange tsvector uuid varbit varchar vector void xid xid8 xml ";

const cheapNames = new Set(cheapFunctions.trim().split(" "));
const functionNames = new Set([...cheapNames, ...otherFunctions.trim().split(" ")]);
const constructNames = new Set(constructs.split(" "));
const typeNames = new Set(types.trim().split(" "));

export function isBuiltInFunction(name: string): boolean {
  return functionNames.has(name);
}

/** In lower case: a function of Postgres, or a construct that is written like one. */
export function isCheapCall(name: string): boolean {
  return cheapNames.has(name) || constructNames.has(name);
}

/** "timestamp", of "timestamp with time zone"; "vector". */
export function isBuiltInType(name: string): boolean {
  return typeNames.has(name);
}
