namespace MuLambda.Protocol.Rest;

/// <summary>The elements a request may still bring.</summary>
internal sealed class ElementBudget(int elements)
{
    private int _left = elements;

    public bool TryTake() => _left-- > 0;
}
