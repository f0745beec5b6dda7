using System.Collections.Concurrent;

namespace MuLambda.Load;

/// <summary>The prepared requests of a target, by the number of examples: nothing is built while time is measured.</summary>
internal sealed class Payloads<T>(Func<int, IReadOnlyList<T>> make)
{
    private readonly ConcurrentDictionary<int, IReadOnlyList<T>> _byItems = new();

    public T Of(long number, int items)
    {
        var prepared = Of(items);
        return prepared[(int)(number % prepared.Count)];
    }

    public IReadOnlyList<T> Of(int items) => _byItems.GetOrAdd(items, make);
}
