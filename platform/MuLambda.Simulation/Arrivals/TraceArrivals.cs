using System.Globalization;

namespace MuLambda.Simulation;

/// <summary>Arrivals that were recorded.</summary>
/// <remarks>
/// As a file: CSV with a line <c>time_ms</c> or <c>time_ms,items</c> for each, in order of time, after an optional line of those headings. Empty
/// lines and lines that begin with # are passed over.
/// </remarks>
public sealed class TraceArrivals : ArrivalProcess
{
    private readonly Arrival[] _arrivals;

    /// <summary>Recorded arrivals.</summary>
    /// <param name="arrivals">The arrivals, in order of time, at least one.</param>
    /// <exception cref="ArgumentException">There is none, or one is out of range or before the one ahead of it.</exception>
    public TraceArrivals(IReadOnlyList<Arrival> arrivals)
    {
        ArgumentNullException.ThrowIfNull(arrivals);
        if (arrivals.Count == 0)
        {
            throw new ArgumentException("arrivals must hold at least one.", nameof(arrivals));
        }

        for (var i = 0; i < arrivals.Count; i++)
        {
            if (Problem(arrivals[i], i == 0 ? 0 : arrivals[i - 1].AtMs) is { } problem)
            {
                throw new ArgumentException($"arrivals[{i}] {problem}", nameof(arrivals));
            }
        }

        _arrivals = [.. arrivals];
    }

    /// <summary>The arrivals.</summary>
    public IReadOnlyList<Arrival> Arrivals => _arrivals;

    /// <inheritdoc/>
    public override double MeanPerSecond =>
        _arrivals[^1].AtMs > 0 ? 1000 * _arrivals.Length / _arrivals[^1].AtMs : double.NaN;

    /// <summary>Reads a trace.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">What errors call it, such as the file's path.</param>
    /// <returns>The arrivals.</returns>
    /// <exception cref="InvalidDataException">A line is not what it must be; the message names it.</exception>
    public static TraceArrivals Read(TextReader reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var arrivals = new List<Arrival>();
        var beforeMs = 0.0;
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            line = line.Trim();
            if (line.Length == 0 || line[0] == '#' || (arrivals.Count == 0 && line is "time_ms" or "time_ms,items"))
            {
                continue;
            }

            var arrival = Parse(line, out var problem);
            problem ??= Problem(arrival, beforeMs);
            if (problem is not null)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{name}, line {number}: {problem}"));
            }

            arrivals.Add(arrival);
            beforeMs = arrival.AtMs;
        }

        return arrivals.Count > 0
            ? new TraceArrivals(arrivals)
            : throw new InvalidDataException($"{name} holds no arrival; each is a line 'time_ms' or 'time_ms,items'.");
    }

    /// <summary>Reads a trace from a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The arrivals.</returns>
    /// <exception cref="InvalidDataException">A line is not what it must be; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TraceArrivals ReadFile(string path)
    {
        using var reader = new StreamReader(path);
        return Read(reader, path);
    }

    /// <inheritdoc/>
    public override IEnumerator<Arrival> Begin(RequestChance chance) => ((IEnumerable<Arrival>)_arrivals).GetEnumerator();

    private static Arrival Parse(string line, out string? problem)
    {
        problem = null;
        var comma = line.IndexOf(',', StringComparison.Ordinal);
        var (time, count) = comma < 0 ? (line, null) : (line[..comma].Trim(), line[(comma + 1)..].Trim());
        var items = 0;
        if (!double.TryParse(time, NumberStyles.Float, CultureInfo.InvariantCulture, out var atMs))
        {
            problem = $"time_ms is '{time}'; it must be a number.";
        }
        else if (count is not null
            && (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out items) || items < 1))
        {
            problem = $"items is '{count}'; it must be a whole number, 1 at least.";
        }

        return new Arrival(atMs, items);
    }

    private static string? Problem(Arrival arrival, double beforeMs) =>
        !double.IsFinite(arrival.AtMs) || arrival.AtMs < 0
            ? string.Create(CultureInfo.InvariantCulture, $"time_ms is {arrival.AtMs}; it must be 0 at least.")
        : arrival.AtMs < beforeMs
            ? string.Create(CultureInfo.InvariantCulture, $"time_ms is {arrival.AtMs}, before {beforeMs} of the arrival ahead of it.")
        : arrival.Items < 0
            ? string.Create(CultureInfo.InvariantCulture, $"items is {arrival.Items}; it must be 1 at least.")
        : null;
}
