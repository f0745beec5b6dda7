using System.Globalization;

namespace MuLambda.Scaler.Local;

/// <summary>A process that no later one can be mistaken for: ids are used again, but not with the same start.</summary>
/// <param name="Id">The process id.</param>
/// <param name="Started">When it started, in clock ticks since the machine did (field 22 of <c>/proc/ID/stat</c>).</param>
internal sealed record ProcessIdentity(int Id, ulong Started)
{
    // Counted from the state, the first field after the name, which alone may have blanks in it.
    private const int State = 0;
    private const int StartTime = 19;

    /// <summary>Whether it still runs; a zombie does not.</summary>
    public bool IsAlive => Fields(Id) is { } fields && fields[State] is not ("Z" or "X") && StartOf(fields) == Started;

    /// <summary>Reads <c>ID START</c>; null for anything else.</summary>
    public static ProcessIdentity? Parse(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var id, var started]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
        && ulong.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new ProcessIdentity(process, ticks)
            : null;

    /// <summary>The process that has an id now; null for none.</summary>
    public static ProcessIdentity? Of(int id) => Fields(id) is { } fields && StartOf(fields) is { } started ? new(id, started) : null;

    /// <summary>Signals it and its group, unless it has ended.</summary>
    public void Signal(int signal)
    {
        if (IsAlive)
        {
            Signals.Send(Id, signal);
        }
    }

    private static ulong? StartOf(string[] fields) =>
        ulong.TryParse(fields[StartTime], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;

    private static string[]? Fields(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > StartTime ? fields : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
