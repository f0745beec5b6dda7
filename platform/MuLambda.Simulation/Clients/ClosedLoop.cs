namespace MuLambda.Simulation;

/// <summary>Streams that send one request after the other, each when the one before is answered.</summary>
/// <param name="Streams">How many run side by side.</param>
/// <param name="RequestsPerStream">How many requests each sends.</param>
/// <param name="ThinkMs">What a stream waits between an answer and its next request, in milliseconds.</param>
/// <param name="FailurePauseMs">
/// What it waits after a request that failed or found no candidate, in milliseconds: by default the second that the selector asks for.
/// </param>
public sealed record ClosedLoop(int Streams, int RequestsPerStream, double ThinkMs = 0, double FailurePauseMs = 1000) : ClientLoad;
