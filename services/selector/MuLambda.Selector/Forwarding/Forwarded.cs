using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>An inference that an executor answered.</summary>
internal sealed record Forwarded(Decision Decision, AnswerBody Body, int Attempts, RequestId Id) : IDisposable
{
    public void Dispose() => Body.Dispose();
}
