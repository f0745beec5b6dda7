using System.Buffers.Binary;
using System.Security.Cryptography;
using MuLambda.Simulation;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>
/// What a policy and the simulator do, in a word: the digest of every request of a few sample runs, to the bit. It changes with anything
/// that changes a result there, a constant as well as an algorithm, and stays the same where only names or comments change, or another policy does.
/// </summary>
internal static class BehaviourStamp
{
    private const int Seed = 7;
    private const int RequestsPerStream = 30;

    /// <summary>The stamp of a policy. Takes 13,200 simulated requests.</summary>
    public static string Of(string policy, CancellationToken cancellationToken)
    {
        using var sink = new Digest();
        foreach (var run in Samples(policy))
        {
            run.Simulate(sink, cancellationToken);
        }

        return sink.ToString();
    }

    private static IEnumerable<PaperRun> Samples(string policy)
    {
        var grid = PaperGrid.Published;
        foreach (var schedule in grid.Schedules)
        {
            foreach (var useCase in grid.UseCases)
            {
                // Each of them with another load, size and network; the last with most of it.
                var (streams, size, network) = useCase.Name switch
                {
                    "scp" => (34, 10, 0),
                    "mda" => (8, 1000, 0),
                    "psa" => (13, 10, 1),
                    _ => (55, 1000, 0),
                };
                yield return new PaperRun(new PaperCell(schedule, useCase, streams, size, grid.Networks[network]), policy, Seed, RequestsPerStream);
            }
        }
    }

    private sealed class Digest : IRequestSink, IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Finished(in RequestRecord record)
        {
            Span<byte> bytes = stackalloc byte[32];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, record.StartMs);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[8..], record.RoundTripMs);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[16..], record.Confidence);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], record.Executor);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[28..], record.Stream);
            _hash.AppendData(bytes);
        }

        public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public void Dispose() => _hash.Dispose();
    }
}
