using MuLambda.Catalog;

namespace MuLambda.Selection.Tests.Properties;

/// <summary>One thing that happens in a generated cluster.</summary>
internal abstract record Happening
{
    /// <summary>A client asks.</summary>
    /// <param name="Client">Which.</param>
    /// <param name="Items">The examples of the request.</param>
    /// <param name="Without">Executors that must not get it.</param>
    /// <param name="Ending">How it ends.</param>
    public sealed record Asked(int Client, int Items, IReadOnlyList<int> Without, Ending Ending) : Happening
    {
        public override string ToString() => $"c{Client} asked with {Items} items without [{string.Join(' ', Without)}]: {Ending}";
    }

    /// <summary>The oldest request in flight is answered.</summary>
    public sealed record Answered(int ElapsedMs) : Happening;

    /// <summary>Time passes.</summary>
    public sealed record Passed(int Ms) : Happening;

    /// <summary>The catalog tells another state of an executor.</summary>
    public sealed record Changed(int Executor, ExecutorState State) : Happening;

    /// <summary>Somebody says how right a model was.</summary>
    public sealed record Judged(int Model, double Score) : Happening;

    /// <summary>A candidate has answered so many requests before, each in the same time.</summary>
    public sealed record Learned(int Executor, int Model, int Answers, int ElapsedMs, int ThenMs) : Happening;
}

/// <summary>How a request ends.</summary>
/// <param name="Kind">Which way.</param>
/// <param name="ElapsedMs">After how long.</param>
/// <param name="Confidence">How sure the model was; null where it does not say.</param>
internal sealed record Ending(EndingKind Kind, int ElapsedMs, double? Confidence);

/// <summary>The ways in which a request ends.</summary>
internal enum EndingKind
{
    Completes,
    StaysInFlight,
    Fails,
    TimesOut,
    TimesOutUnresponsive,
    IsRefused,
    IsGivenUp,
}
