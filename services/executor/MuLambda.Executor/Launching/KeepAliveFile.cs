namespace MuLambda.Executor.Launching;

/// <summary>A file whose time somebody renews as long as this process is wanted.</summary>
/// <param name="path">The file.</param>
/// <param name="limit">How old its time may become.</param>
/// <param name="time">The clock.</param>
internal sealed class KeepAliveFile(string path, TimeSpan limit, TimeProvider time)
{
    private DateTime _written;
    private TimeSpan _ageThen;
    private long _seen;

    /// <summary>Looks once.</summary>
    /// <returns>Null while the file is renewed, or what happened to it.</returns>
    public string? Expired()
    {
        if (!File.Exists(path))
        {
            return $"{path} is gone";
        }

        // How old it is counts from when its time was seen to change, by a clock that nobody sets: the time of day may jump.
        var written = File.GetLastWriteTimeUtc(path);
        if (written != _written)
        {
            var age = time.GetUtcNow().UtcDateTime - written;
            (_written, _ageThen, _seen) = (written, age > TimeSpan.Zero ? age : TimeSpan.Zero, time.GetTimestamp());
        }

        var now = _ageThen + time.GetElapsedTime(_seen);
        return now > limit ? FormattableString.Invariant($"{path} was not renewed for {now.TotalSeconds:F1} s") : null;
    }
}
