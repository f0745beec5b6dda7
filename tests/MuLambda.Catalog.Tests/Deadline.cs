namespace MuLambda.Catalog.Tests;

/// <summary>Bounds the waits of a test.</summary>
public static class Deadline
{
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(30);

    public static CancellationToken Token() => new CancellationTokenSource(Time).Token;
}
