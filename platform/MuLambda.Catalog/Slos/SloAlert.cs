namespace MuLambda.Catalog;

/// <summary>A burn-rate alert and whether it fires.</summary>
/// <param name="LongSeconds">The long window, which says that the burn is significant.</param>
/// <param name="ShortSeconds">The short window, which says that it still goes on.</param>
/// <param name="BurnRate">The burn rate that both have to reach; 1 uses the whole error budget up in just the objective's window.</param>
/// <param name="MinRequests">The requests that the long window must have seen.</param>
/// <param name="Firing">Whether it fires.</param>
public sealed record SloAlert(double LongSeconds, double ShortSeconds, double BurnRate, long MinRequests, bool Firing);
