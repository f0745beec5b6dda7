namespace MuLambda.Catalog;

/// <summary>The round trip between a node and a client, as the node's prober measured it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Client">The client's id.</param>
/// <param name="MedianMs">The median round trip of the last samples, in milliseconds.</param>
/// <param name="TailMs">Their 95th percentile, in milliseconds.</param>
/// <param name="Samples">How many samples the figures rest on.</param>
/// <param name="MeasuredAt">When the last sample was taken.</param>
public sealed record LatencyReport(
    string Node, string Client, double MedianMs, double TailMs, int Samples, DateTimeOffset MeasuredAt);
