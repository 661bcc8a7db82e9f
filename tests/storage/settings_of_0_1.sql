BEGIN TRANSACTION;
CREATE TABLE server_settings (
	server_id BIGINT NOT NULL, 
	settings TEXT NOT NULL, 
	PRIMARY KEY (server_id)
);
INSERT INTO "server_settings" VALUES(200000000000000002,'{"allowed_models": ["other", "tiny"], "content_filter": "except-age-restricted", "default_model": "other", "keep_links": true, "max_count": 2, "max_length": 100, "top_n": 7}');
COMMIT;
