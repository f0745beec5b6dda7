using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>What a client's requests ask for from some point on. One of the two points is given.</summary>
/// <param name="Criteria">The criteria from there on.</param>
/// <param name="AtFraction">The share of the requests of each closed-loop stream that come before, above 0 and below 1; null where a time is given.</param>
/// <param name="AtMs">The time since the run's begin, in milliseconds; null where a share is given.</param>
public sealed record CriteriaChange(Criteria Criteria, double? AtFraction = null, double? AtMs = null);
