using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MuLambda.Inference.Runtime;

namespace MuLambda.Inference.Prepared;

/// <summary>Leaves a model that is being loaded behind, as the runtime has optimised it.</summary>
internal sealed class PreparedModelWriter(ModelPreparation preparation) : IDisposable
{
    private readonly string stem = $"{preparation.File}.{Guid.NewGuid():N}";
    private readonly List<string> graphs = [];
    private bool failed;

    /// <summary>Makes a session of the model: one a signature, and in their order.</summary>
    public OrtSession Open(byte[] bytes, OrtSessionSettings settings)
    {
        if (!failed)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(preparation.File))!);
                graphs.Add(string.Create(CultureInfo.InvariantCulture, $"{stem}.{graphs.Count}.part"));
                return new OrtSession(bytes, settings with { SaveTo = graphs[^1] });
            }
            catch (Exception e) when (e is InferenceException { Error: InferenceError.Runtime } or IOException or UnauthorizedAccessException)
            {
                // The graph cannot be left behind, or it is no graph: then the next says so.
                failed = true;
            }
        }

        return new OrtSession(bytes, settings);
    }

    /// <summary>
    /// Writes what the sessions left, and loads it. Sessions that leave their graph behind keep a second copy of the weights; and so
    /// what runs is the same whether it was prepared just now or long ago.
    /// </summary>
    /// <param name="model">The model that the sessions belong to.</param>
    /// <param name="intraOpThreads">The threads of one run.</param>
    /// <returns>The prepared model, or the same where that cannot be.</returns>
    public LoadedModel Replace(LoadedModel model, int intraOpThreads)
    {
        if (failed || model.Runners.Any(runner => runner.ParsesExamples))
        {
            return model;
        }

        try
        {
            Write(model);
            using var prepared = PreparedModel.TryOpen(preparation.File);
            if (prepared?.Load(intraOpThreads) is { } loaded)
            {
                model.Dispose();
                return loaded;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFormatException or OverflowException)
        {
            // No room, no right, or larger than a file of this kind can be: the model is there all the same.
        }

        return model;
    }

    public void Dispose()
    {
        foreach (var graph in graphs)
        {
            File.Delete(graph);
        }
    }

    private void Write(LoadedModel model)
    {
        var part = stem + ".part";
        try
        {
            using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var offset = 0;
                foreach (var (start, bytes) in Parts(model))
                {
                    Put(new byte[start - offset]);
                    Put(bytes);
                    offset = checked(start + bytes.Length);
                }

                file.Write(hash.GetHashAndReset());

                void Put(ReadOnlySpan<byte> bytes)
                {
                    file.Write(bytes);
                    hash.AppendData(bytes);
                }
            }

            // Not flushed to the disk: what a crash leaves half written is found damaged and made anew.
            File.Move(part, preparation.File, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private IEnumerable<(int Start, byte[] Bytes)> Parts(LoadedModel model)
    {
        byte[][] blocks = [.. graphs.Select(File.ReadAllBytes), preparation.Attachment.ToArray()];

        // Where the blocks begin depends on the header's length, and that on the digits of where they begin; room for all digits ends this.
        var room = PreparedLayout.PrefixBytes + JsonSerializer.SerializeToUtf8Bytes(Header(model, blocks, int.MaxValue / 2), PreparedJson.Default.PreparedHeader).Length;
        var first = PreparedLayout.Align(room);
        var header = JsonSerializer.SerializeToUtf8Bytes(Header(model, blocks, first), PreparedJson.Default.PreparedHeader);
        yield return (0, PreparedLayout.Prefix(header.Length));
        yield return (PreparedLayout.PrefixBytes, header);
        var slices = Slices(blocks, first);
        for (var i = 0; i < blocks.Length; i++)
        {
            yield return (slices[i].Offset, blocks[i]);
        }
    }

    private static PreparedHeader Header(LoadedModel model, byte[][] blocks, int first)
    {
        var slices = Slices(blocks, first);
        return new PreparedHeader(
            PreparedModel.Machine,
            model.Description.Format,
            model.Description.Bytes,
            [.. model.Runners.Select((runner, i) => new PreparedSignature(runner.Description, runner.GraphInputs, runner.GraphOutputs, slices[i]))],
            slices[^1]);
    }

    private static PreparedSlice[] Slices(byte[][] blocks, int first)
    {
        var slices = new PreparedSlice[blocks.Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            slices[i] = new PreparedSlice(first, blocks[i].Length);
            first = PreparedLayout.Align(checked(first + blocks[i].Length));
        }

        return slices;
    }
}
