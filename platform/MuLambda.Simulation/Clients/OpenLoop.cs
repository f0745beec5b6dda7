namespace MuLambda.Simulation;

/// <summary>Requests that come when they come, whether or not those before are answered.</summary>
/// <param name="Arrivals">When they come.</param>
/// <param name="Requests">After how many the client ends; null for no bound, where <see cref="ClusterSpec.EndMs"/> or a trace ends it.</param>
/// <param name="MaxInFlight">How many may be under way at a time; one more is refused.</param>
public sealed record OpenLoop(ArrivalProcess Arrivals, int? Requests = null, int MaxInFlight = 1024) : ClientLoad;
