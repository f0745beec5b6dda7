namespace MuLambda.Simulation;

/// <summary>The keys of a part of the catalog, each with its index. Keys are added and never taken away.</summary>
internal sealed class CatalogKeys
{
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];

    public int Count => _keys.Count;

    public string this[int index] => _keys[index];

    public int Add(string key)
    {
        if (!_indices.TryGetValue(key, out var index))
        {
            _indices.Add(key, index = _keys.Count);
            _keys.Add(key);
        }

        return index;
    }

    public bool TryGet(string key, out int index) => _indices.TryGetValue(key, out index);
}
