namespace MuLambda.Benchmarks.Selecting;

/// <summary>One endpoint's turn.</summary>
/// <param name="Wrk">What wrk measured.</param>
/// <param name="ProcessorUs">Processor time of the selector a request, in microseconds: unlike the rates, it does not hang on what else the machine does.</param>
internal sealed record SelectTurn(WrkResult Wrk, double ProcessorUs);
