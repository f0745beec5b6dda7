namespace MuLambda.Catalog;

/// <summary>
/// One line of the change feed. Exactly one of the nouns is set for a put; a delete carries kind and id only.
/// </summary>
/// <param name="Type">What happened.</param>
/// <param name="Revision">The catalog's revision after it.</param>
/// <param name="Kind">The noun's kind; null for marks that concern none.</param>
/// <param name="Id">The noun's id; null for marks that concern none.</param>
/// <param name="Model">The model put.</param>
/// <param name="Executor">The executor put.</param>
/// <param name="Client">The client put.</param>
/// <param name="Latency">The latency report put.</param>
/// <param name="Epoch">The life of the store that the revision counts in; on snapshot ends and heartbeats.</param>
/// <param name="Node">The node put.</param>
/// <param name="Selector">The selector put.</param>
/// <param name="Slo">The report on an objective put.</param>
/// <param name="Deployment">The deployment put.</param>
/// <param name="Decision">The decision put.</param>
/// <param name="Leadership">The leadership put.</param>
public sealed record CatalogChange(
    CatalogChangeType Type,
    long Revision,
    CatalogKind? Kind = null,
    string? Id = null,
    Model? Model = null,
    Executor? Executor = null,
    Client? Client = null,
    LatencyReport? Latency = null,
    string? Epoch = null,
    Node? Node = null,
    SelectorReplica? Selector = null,
    SloReport? Slo = null,
    Deployment? Deployment = null,
    ScalingDecision? Decision = null,
    Leadership? Leadership = null);
