using System.Globalization;
using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Local;

/// <summary>Reads on in the file in which an executor tells how far its models are. Not for concurrent use.</summary>
/// <param name="path">The file.</param>
internal sealed class PhasesReader(string path)
{
    private readonly List<ModelProgress> _lines = [];
    private long _position;

    /// <summary>All that was told so far.</summary>
    public IReadOnlyList<ModelProgress> Lines => _lines;

    /// <summary>Reads what has been added since.</summary>
    /// <returns>Whether anything was.</returns>
    public bool Read()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length <= _position)
            {
                return false;
            }

            file.Seek(_position, SeekOrigin.Begin);
            var bytes = new byte[file.Length - _position];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var whole = bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
            var before = _lines.Count;
            foreach (var range in bytes.AsSpan(0, whole).Split((byte)'\n'))
            {
                if (Parse(bytes.AsMemory(0, whole)[range]) is { } line)
                {
                    _lines.Add(line);
                }
            }

            _position += whole;
            return _lines.Count > before;
        }
        catch (IOException)
        {
            // It is not there yet.
            return false;
        }
    }

    private ModelProgress? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            if (line.IsEmpty)
            {
                return null;
            }

            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var parts = root.GetProperty("model").GetString()!.Split('@');
            long? version = parts.Length > 1 ? long.Parse(parts[1], CultureInfo.InvariantCulture) : null;
            var name = root.GetProperty("phase").GetString();
            var error = root.TryGetProperty("error", out var reason) ? reason.GetString() : null;
            var reached = _lines.LastOrDefault(other => other.Model == parts[0])?.Phase ?? LaunchPhase.Pending;
            var phase = name switch
            {
                "downloading" => LaunchPhase.Downloading,
                "loading" => LaunchPhase.Loading,
                "warming" => LaunchPhase.Warming,
                "ready" => LaunchPhase.Ready,
                _ => reached,
            };
            return new ModelProgress(
                parts[0], version, phase, root.GetProperty("at").GetDateTimeOffset(), name == "failed" ? error ?? "It cannot be loaded." : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // A phase of a later executor, or a disk that was full: the others still count.
            return null;
        }
    }
}
