using System.Text.Json;

namespace MuLambda.Benchmarks.ColdStart;

/// <summary>When a model entered the phases that the executor wrote down.</summary>
/// <param name="Downloading">Null where nothing was fetched.</param>
/// <param name="Loading">When the files were there.</param>
/// <param name="Warming">When it was loaded.</param>
/// <param name="Ready">When it could be asked.</param>
/// <param name="TranslateMs">How much of the loading was translating.</param>
internal sealed record PhaseTimes(
    DateTimeOffset? Downloading, DateTimeOffset Loading, DateTimeOffset Warming, DateTimeOffset Ready, double TranslateMs)
{
    /// <summary>Reads the file of phases.</summary>
    /// <returns>The times; null while the model is not ready.</returns>
    /// <exception cref="InvalidOperationException">The model failed; the message says why.</exception>
    public static PhaseTimes? TryRead(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return TryParse(reader.ReadToEnd());
    }

    /// <summary>Reads the lines of the file.</summary>
    public static PhaseTimes? TryParse(string lines)
    {
        var times = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var translate = 0.0;
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var phase = json.RootElement.GetProperty("phase").GetString()!;
            if (phase == "failed")
            {
                throw new InvalidOperationException($"The model failed: {json.RootElement.GetProperty("error").GetString()}");
            }

            times[phase] = json.RootElement.GetProperty("at").GetDateTimeOffset();
            translate += json.RootElement.TryGetProperty("translateMs", out var ms) ? ms.GetDouble() : 0;
        }

        return times.TryGetValue("ready", out var ready)
            ? new PhaseTimes(times.TryGetValue("downloading", out var downloading) ? downloading : null, times["loading"], times["warming"], ready, translate)
            : null;
    }

    /// <summary>Splits a start.</summary>
    /// <param name="decided">When it was decided, by the same clock.</param>
    /// <param name="total">How long it took until the first answer.</param>
    public StartTimes Split(DateTimeOffset decided, TimeSpan total)
    {
        var process = ((Downloading ?? Loading) - decided).TotalMilliseconds;
        var download = Downloading is { } began ? (Loading - began).TotalMilliseconds : 0;
        var (load, warm) = ((Warming - Loading).TotalMilliseconds, (Ready - Warming).TotalMilliseconds);
        return new StartTimes(
            total.TotalMilliseconds, process, download, TranslateMs, load - TranslateMs, warm, total.TotalMilliseconds - process - download - load - warm);
    }
}
