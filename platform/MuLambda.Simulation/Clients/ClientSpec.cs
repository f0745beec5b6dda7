using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>A client and the requests it sends.</summary>
/// <param name="Id">Its id: lower-case letters, digits and inner hyphens.</param>
/// <param name="Criteria">What it asks for at first.</param>
/// <param name="Load">When it sends requests.</param>
public sealed record ClientSpec(string Id, Criteria Criteria, ClientLoad Load)
{
    /// <summary>
    /// What it asks for later, in order. The weights travel with the request, as in the published protocol, so they hold from the next one on.
    /// </summary>
    public IReadOnlyList<CriteriaChange> Changes { get; init; } = [];

    /// <summary>The examples a request carries.</summary>
    public ItemCount Items { get; init; } = new ItemCount.Fixed(1);

    /// <summary>How long a request may take, retries included, in milliseconds; null for as long as it takes.</summary>
    public double? TimeoutMs { get; init; }

    /// <summary>The selector all its requests go to; null to spread its streams (or open-loop requests) over all of them in turn.</summary>
    public int? Selector { get; init; }

    /// <summary>Its traffic begins so long after the run's begin, in milliseconds.</summary>
    public double StartMs { get; init; }
}
