using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>An inference that an executor answered.</summary>
internal sealed record Forwarded(Decision Decision, ExecutorAnswer Answer, int Attempts) : IDisposable
{
    public void Dispose() => Answer.Dispose();
}
