using MuLambda.Benchmarks.Selecting;

namespace MuLambda.Benchmarks.Proxying;

/// <summary>One target's turn under wrk.</summary>
/// <param name="Wrk">What wrk measured.</param>
/// <param name="ExecutorUs">Processor time of the executor a request, in microseconds.</param>
/// <param name="SelectorUs">Processor time of the selector a request, in microseconds; null for nginx, whose workers are not watched.</param>
internal sealed record ProxyTurn(WrkResult Wrk, double ExecutorUs, double? SelectorUs);
