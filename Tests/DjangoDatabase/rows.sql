-- Two tenants, and what the original lets happen: rows of nobody, the same round number twice, a round under way, references between tenants.
INSERT INTO tenants_tenant VALUES
 ('11111111-1111-4111-8111-111111111111', 'Acme', 'acme', 'team', 'hc_acme', 1000000, 3, 5, true, '2025-01-02T03:04:05.123456Z', '2025-02-01T00:00:00Z'),
 ('22222222-2222-4222-8222-222222222222', 'Other', 'other', 'free', 'hc_other', 500000, 10, 10, true, '2025-03-01T00:00:00Z', '2025-03-01T00:00:00Z');
INSERT INTO auth_user VALUES
 (7, :'ada', '2025-05-05T05:05:05Z', false, 'ada', 'Ada', 'L', 'ada@x.example', false, true, '2025-01-02T00:00:00Z'),
 (9, :'bob', NULL, true, 'bob', '', '', '', true, true, '2025-01-03T00:00:00Z'),
 (11, '!unusable', NULL, false, 'eve', '', '', '', false, true, '2025-01-04T00:00:00Z');
INSERT INTO tenants_tenantuser VALUES (1, 'owner', '2025-01-02T00:00:00Z', '11111111-1111-4111-8111-111111111111', 7),
 (2, 'member', '2025-01-03T00:00:00Z', '22222222-2222-4222-8222-222222222222', 9);
INSERT INTO api_agent VALUES (5, 'Old hand', 'Old No.1', 'Builds', 'Knows "all"', '', '', 1.50, '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z');
INSERT INTO api_project VALUES
 (41, '11111111-1111-4111-8111-111111111111', 'Shop', E'Two\nlines \\ "quotes" \u00e9\u4e2d', 'in_progress', 'working', NULL, 0, '', 3, 12.30, 40, '2025-01-05T00:00:00Z', '2025-01-06T00:00:00Z'),
 (42, '22222222-2222-4222-8222-222222222222', 'Theirs', '', 'draft', 'conversation', NULL, 0, '', 0, 0, 0, '2025-01-05T00:00:00Z', '2025-01-05T00:00:00Z'),
 (43, NULL, 'Nobody''s', '', 'draft', 'conversation', NULL, 0, '', 0, 0, 0, '2025-01-05T00:00:00Z', '2025-01-05T00:00:00Z');
INSERT INTO api_conversation VALUES (71, 41, 'Talk', '', 'Hello', '2025-01-05T00:00:00Z', '2025-01-05T00:00:00Z'),
 (72, NULL, 'Nobody''s talk', 'memory', '', '2025-01-05T00:00:00Z', '2025-01-05T00:00:00Z');
UPDATE api_project SET main_conversation_id = 71 WHERE id = 41;
INSERT INTO api_message SELECT 100 + n, 71, CASE WHEN n % 2 = 0 THEN 'user' ELSE 'assistant' END, 'message ' || n, '2025-01-05T00:00:00Z'::timestamptz + n * interval '1 second'
  FROM generate_series(1, 450) n;
INSERT INTO api_folder VALUES (3, 41, 'inner', NULL, '2025-01-05T00:00:00Z'), (4, 41, 'outer', NULL, '2025-01-05T00:00:00Z');
UPDATE api_folder SET parent_id = 4 WHERE id = 3;
INSERT INTO api_file VALUES (8, 41, 3, 'plan.md', 'document', 10, 'text/markdown', 'https://x.example/plan.md', '', '', '2025-01-05T00:00:00Z', '2025-01-05T00:00:00Z'),
 (9, 42, NULL, 'theirs.md', 'document', 10, '', '', '', '', '2025-01-05T00:00:00Z', '2025-01-05T00:00:00Z');
INSERT INTO api_messageattachment VALUES (1, 101, 8, 'plan.md', 'document', '', 'text', '2025-01-05T00:00:00Z'), (2, 102, 9, 'theirs.md', 'document', '', '', '2025-01-05T00:00:00Z');
INSERT INTO api_requirement VALUES (21, 71, 'A shop', 'requirement', '2025-01-05T00:00:00Z'), (22, NULL, 'Nobody''s wish', 'requirement', '2025-01-05T00:00:00Z');
INSERT INTO api_deliverystandard VALUES (31, 21, 'It sells', 1);
INSERT INTO api_teammember VALUES (1, 41, 5, 'Builder', 'Working', '2h', 3.00, 1, 2, '2025-01-05T00:00:00Z');
INSERT INTO api_task VALUES (1, 41, 5, 'Build it', 'Working', 'FE', '1h', 1.25, 50, 100, '2025-01-05T00:00:00Z', '2025-01-05T00:00:00Z');
INSERT INTO execution_executionround SELECT ids.id, '11111111-1111-4111-8111-111111111111', 41, 1, ids.status, '2025-01-06T00:00:00Z', NULL, '', 'build', '{"max_rounds": 3}', '', '', 1000,
  0.123456, 4, false, 1, 1, NULL, '{"REQ-001": []}', 1, 1, 0, '2025-01-06T00:00:00Z', '2025-01-06T01:00:00Z'
  FROM (VALUES ('aaaaaaaa-0000-4000-8000-000000000001'::uuid, 'completed'), ('aaaaaaaa-0000-4000-8000-000000000002'::uuid, 'running')) ids (id, status);
INSERT INTO execution_executionprogress VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'done', '', '', 100, 1, 1, 1, 1, '', 1, 'round_completed', '{}', '2025-01-06T01:00:00Z');
INSERT INTO execution_executionartifact VALUES ('bbbbbbbb-0000-4000-8000-000000000001', '11111111-1111-4111-8111-111111111111', 'aaaaaaaa-0000-4000-8000-000000000001', NULL, 'code',
  'index.html', 'index.html', 'html', '<h1>Shop</h1>', '', 13, '', 5, '2025-01-06T01:00:00Z', '2025-01-06T01:00:00Z'),
 ('bbbbbbbb-0000-4000-8000-000000000002', '11111111-1111-4111-8111-111111111111', 'aaaaaaaa-0000-4000-8000-000000000001', NULL, 'code',
  'index.html', 'index.html', 'html', 'the same path again', '', 19, '', 5, '2025-01-06T01:00:00Z', '2025-01-06T01:00:00Z');
INSERT INTO execution_executionlog SELECT ('cccccccc-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '11111111-1111-4111-8111-111111111111', 'aaaaaaaa-0000-4000-8000-000000000001', NULL,
  'info', 'line ' || n, '{"n": 1}', 5, 'qa', '2025-01-06T00:00:00Z' FROM generate_series(1, 250) n;
INSERT INTO api_projectdecision VALUES
 (2, 41, 'aaaaaaaa-0000-4000-8000-000000000001', 'tech_stack', 'database', 'PostgreSQL', '', 5, 'Old hand', 1, true, NULL, '2025-01-06T00:00:00Z', '2025-01-06T00:00:00Z'),
 (1, 41, NULL, 'tech_stack', 'database', 'MySQL', '', 5, 'Old hand', 1, false, 2, '2025-01-05T00:00:00Z', '2025-01-06T00:00:00Z');
INSERT INTO api_projectfileregistry VALUES (1, 41, NULL, 'index.html', 'The page', 5, '2025-01-06T00:00:00Z', '2025-01-06T00:00:00Z');
INSERT INTO observability_usagerecord VALUES ('dddddddd-0000-4000-8000-000000000001', '11111111-1111-4111-8111-111111111111', 41, now(), '41', 'agent-1', 'Old hand', 'gpt', 100, 50, 150,
  0.001500, 12.5, '');
