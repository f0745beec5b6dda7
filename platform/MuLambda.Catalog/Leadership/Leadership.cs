namespace MuLambda.Catalog;

/// <summary>Who leads among several processes of which one may act; it ends with its lease.</summary>
/// <param name="Name">What is led, such as <c>scaler</c>.</param>
/// <param name="Holder">The process that leads.</param>
/// <param name="LeaseSeconds">How long it leads without renewing.</param>
/// <param name="Token">
/// Grows with each new holder, so that a write by one that was replaced meanwhile is refused (a fencing token); the registry says it.
/// </param>
public sealed record Leadership(string Name, string Holder, double LeaseSeconds = Leases.DefaultSeconds, long Token = 0);
