using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>An inference that an executor answered.</summary>
internal sealed record Forwarded(Decision Decision, AnswerBody Body, int Attempts) : IDisposable
{
    public void Dispose() => Body.Dispose();
}
