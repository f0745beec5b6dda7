namespace MuLambda.Batching.Tests;

internal sealed class Request(double deadlineMs = 1e9, int items = 1, int priority = 0, string name = "") : BatchEntry(items, deadlineMs, priority)
{
    public override string ToString() => name;
}
