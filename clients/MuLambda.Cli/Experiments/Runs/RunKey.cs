using System.Security.Cryptography;
using System.Text.Json;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>Tells finished runs apart: the digest of all that a run's result depends on.</summary>
internal static class RunKey
{
    public const int Length = 32;

    // Raised when the form or the meaning of stored results changes.
    private const int Version = 1;

    /// <summary>The key of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stamp">What its policy and the simulator do (<see cref="BehaviourStamp"/>).</param>
    public static byte[] Of(PaperRun run, string stamp)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteNumberValue(Version);
            json.WriteStringValue(stamp);
            json.WriteStringValue(run.Policy);
            json.WriteNumberValue(run.Seed);
            json.WriteNumberValue(run.Requests);
            json.WriteNumberValue(run.Cell.Streams);
            json.WriteNumberValue(run.Cell.Size);
            foreach (var (latency, accuracy) in run.Cell.UseCase.Phases)
            {
                Write(json, latency, accuracy);
            }

            for (var node = 0; node < run.Cell.Schedule.Nodes.Count; node++)
            {
                json.WriteNumberValue(run.Cell.Network.DelayMs(node));
                foreach (var model in run.Cell.Schedule.Nodes[node])
                {
                    json.WriteStringValue(model.CatalogName);
                    Write(json, model.Service.DelayMs, model.Service.Alpha, model.Service.Beta, model.Service.JitterMs, model.Confidence.Gamma);
                    Write(json, [.. model.Confidence.ByFeature]);
                }
            }

            json.WriteEndArray();
        }

        return SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void Write(Utf8JsonWriter json, params double[] numbers)
    {
        json.WriteStartArray();
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
