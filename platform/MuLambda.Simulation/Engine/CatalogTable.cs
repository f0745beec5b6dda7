using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace MuLambda.Simulation;

/// <summary>
/// A part of the catalog as it was at one moment: an array by index, with the keys that all moments share. The selector's index reads the whole
/// of it whenever it moves, which a tree of hashes makes the most of its cost.
/// </summary>
internal sealed class CatalogTable<T>(CatalogKeys keys, T?[] values, int count) : IReadOnlyDictionary<string, T>
    where T : class
{
    public int Count => count;

    public IEnumerable<string> Keys => Enumerate().Select(pair => pair.Key);

    public IEnumerable<T> Values => count == values.Length ? values! : values.OfType<T>();

    public T this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no '{key}'.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value)
    {
        value = keys.TryGet(key, out var index) && index < values.Length ? values[index] : null;
        return value is not null;
    }

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => Enumerate().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<KeyValuePair<string, T>> Enumerate()
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                yield return new KeyValuePair<string, T>(keys[i], value);
            }
        }
    }
}
