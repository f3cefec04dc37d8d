"""metricflow, through its engine and its YAML reader; the SQL client answers nothing but the engine's name and renderer."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from protocol import project, talk

FILES = {
    "project.yaml": """
project_configuration:
  time_spines:
    - node_relation: {alias: days, schema_name: main}
      primary_column: {name: day, time_granularity: day}
""",
    "customers.yaml": """
semantic_model:
  name: customers
  node_relation: {alias: customers, schema_name: main}
  entities:
    - {name: customer, type: primary, expr: customer_id}
  dimensions:
    - {name: region, type: categorical}
    - {name: segment, type: categorical}
""",
    "orders.yaml": """
semantic_model:
  name: orders
  node_relation: {alias: orders, schema_name: main}
  defaults: {agg_time_dimension: ordered_on}
  entities:
    - {name: order, type: primary, expr: order_id}
    - {name: customer, type: foreign, expr: customer_id}
  dimensions:
    - {name: ordered_on, type: time, type_params: {time_granularity: day}}
    - {name: is_paid, type: categorical}
  measures:
    - {name: amount, agg: sum}
    - {name: order_count, agg: sum, expr: "1"}
---
metric:
  name: revenue
  type: simple
  type_params: {measure: amount}
  filter: "{{ Dimension('order__is_paid') }}"
---
metric:
  name: orders
  type: simple
  type_params: {measure: order_count}
""",
    "tickets.yaml": """
semantic_model:
  name: tickets
  node_relation: {alias: tickets, schema_name: main}
  defaults: {agg_time_dimension: opened_on}
  entities:
    - {name: ticket, type: primary, expr: ticket_id}
    - {name: customer, type: foreign, expr: customer_id}
  dimensions:
    - {name: opened_on, type: time, type_params: {time_granularity: day}}
  measures:
    - {name: ticket_count, agg: sum, expr: "1"}
---
metric:
  name: tickets
  type: simple
  type_params: {measure: ticket_count}
""",
}


def prepare() -> Callable[[int], str]:
    from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
    from metricflow_semantic_interfaces.parsing.dir_to_model import (
        parse_directory_of_yaml_files_to_semantic_manifest,
    )
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    folder: Path = project(FILES)
    manifest = parse_directory_of_yaml_files_to_semantic_manifest(str(folder)).semantic_manifest
    client = SimpleNamespace(sql_engine_type=SqlEngine.DUCKDB, sql_plan_renderer=DuckDbSqlPlanRenderer())
    engine = MetricFlowEngine(SemanticManifestLookup(manifest), client)
    return lambda limit: (
        engine.explain(
            MetricFlowQueryRequest.create(
                metric_names=["revenue", "orders", "tickets"],
                group_by_names=["customer__region", "customer__segment"],
                limit=limit,
            )
        ).sql_statement.sql
    )


talk("metricflow", prepare)
