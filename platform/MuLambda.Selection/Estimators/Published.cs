namespace MuLambda.Selection;

/// <summary>
/// A value that one writer at a time replaces and anyone reads whole, without a lock and without allocation: readers that met a write
/// read again (a sequence lock).
/// </summary>
/// <typeparam name="T">The value.</typeparam>
internal sealed class Published<T>(T initial)
    where T : struct
{
    private T _value = initial;
    private int _version;

    public T Value
    {
        get
        {
            var spin = default(SpinWait);
            while (true)
            {
                var version = Volatile.Read(ref _version);
                var value = _value;
                Interlocked.MemoryBarrier();
                if ((version & 1) == 0 && version == Volatile.Read(ref _version))
                {
                    return value;
                }

                spin.SpinOnce();
            }
        }
    }

    /// <summary>Replaces the value; the caller sees to it that nobody else does at the same time.</summary>
    public void Replace(in T value)
    {
        var version = _version;
        Volatile.Write(ref _version, version + 1);
        Interlocked.MemoryBarrier();
        _value = value;
        Volatile.Write(ref _version, version + 2);
    }
}
