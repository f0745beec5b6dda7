using System.Text.Json;

namespace MuLambda.Hosting.State;

/// <summary>
/// <c>endpoints.json</c>: where the resources listen, for tools. Written whole and renamed, so that a
/// reader never sees half of it; readable by its owner only.
/// </summary>
internal sealed class EndpointsFile(string stateDirectory)
{
    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(stateDirectory, "endpoints.json");
    private byte[] _written = [];
    private bool _removed;

    public void Write(IEnumerable<Entry> resources)
    {
        lock (_gate)
        {
            using var content = new MemoryStream();
            using (var json = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true }))
            {
                Write(json, resources);
            }

            var bytes = content.ToArray();
            if (_removed || bytes.AsSpan().SequenceEqual(_written))
            {
                return;
            }

            var temporary = _path + ".new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(temporary, options))
            {
                file.Write(bytes);
            }

            File.Move(temporary, _path, overwrite: true);
            _written = bytes;
        }
    }

    public void Remove()
    {
        lock (_gate)
        {
            _removed = true;
            File.Delete(_path);
        }
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<Entry> resources)
    {
        json.WriteStartObject();
        json.WriteStartObject("resources");
        foreach (var resource in resources)
        {
            json.WriteStartObject(resource.Name);
            json.WriteStartObject("endpoints");
            foreach (var (name, urls) in resource.Endpoints)
            {
                json.WriteStartArray(name);
                foreach (var url in urls)
                {
                    json.WriteStringValue(url);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteString("state", resource.State);
            json.WriteBoolean("healthy", resource.Healthy);
            if (resource.ProcessIds.Count > 0)
            {
                json.WriteNumber("pid", resource.ProcessIds[0]);
            }

            json.WriteStartArray("pids");
            foreach (var id in resource.ProcessIds)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>One resource: its endpoints' URLs, one a replica, and the processes that run now.</summary>
    internal sealed record Entry(
        string Name,
        IReadOnlyList<(string Name, IReadOnlyList<string> Urls)> Endpoints,
        string State,
        bool Healthy,
        IReadOnlyList<int> ProcessIds);
}
