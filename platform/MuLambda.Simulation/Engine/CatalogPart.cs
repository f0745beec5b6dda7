namespace MuLambda.Simulation;

/// <summary>A part of the catalog as a selector has it, from which tables of the moment are made.</summary>
internal sealed class CatalogPart<T>(CatalogKeys keys)
    where T : class
{
    private T?[] _values = new T?[keys.Count];
    private CatalogTable<T>? _table;
    private int _count;

    public void Set(int index, T? value)
    {
        // A table that was handed out stays what it was.
        if (_table is not null || index >= _values.Length)
        {
            var copy = new T?[Math.Max(_values.Length, keys.Count)];
            _values.CopyTo(copy, 0);
            (_values, _table) = (copy, null);
        }

        _count += (value is null ? 0 : 1) - (_values[index] is null ? 0 : 1);
        _values[index] = value;
    }

    public CatalogTable<T> ToTable() => _table ??= new CatalogTable<T>(keys, _values, _count);
}
