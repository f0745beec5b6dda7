using System.Security.Cryptography;
using System.Text.Json;
using MuLambda.Inference.Prepared;
using MuLambda.Inference.Runtime;

namespace MuLambda.Inference;

/// <summary>
/// A model that was translated and optimised before, for this machine and release: loading it takes the runtime a fraction of the time.
/// The file is the caller's own and not a stranger's: its checksum finds damage, not malice.
/// </summary>
public sealed class PreparedModel : IDisposable
{
    private readonly string path;
    private readonly MappedFile file;
    private readonly PreparedHeader header;

    private PreparedModel(string path, MappedFile file, PreparedHeader header)
    {
        (this.path, this.file, this.header) = (path, file, header);
        Description = new ModelDescription(header.Format, [.. header.Signatures.Select(s => s.Description)], header.Bytes);
    }

    /// <summary>
    /// Tells machines and releases apart that prepare models differently, in 16 hexadecimal digits: the runtime's release, this library's
    /// build, and what the processor can do.
    /// </summary>
    /// <exception cref="InferenceException">The native runtime is missing.</exception>
    public static string Machine => MachineKey.Current;

    /// <summary>What the model holds; the bytes are those of the files that it was prepared from.</summary>
    public ModelDescription Description { get; }

    /// <summary>What was left beside the model.</summary>
    public ReadOnlySpan<byte> Attachment => file.Slice(header.Attachment);

    /// <summary>Opens and verifies a prepared model.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model; null where there is none, where it was prepared for another machine, or where it is damaged: then the file is deleted.</returns>
    /// <exception cref="InferenceException">The native runtime is missing.</exception>
    public static PreparedModel? TryOpen(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MappedFile? file = null;
        try
        {
            file = MappedFile.Open(path);
            if (ReadHeader(file) is not { } header)
            {
                file.Dispose();
                File.Delete(path);
                return null;
            }

            if (header.Machine == Machine)
            {
                return new PreparedModel(path, file, header);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is not there, or cannot be read.
        }

        file?.Dispose();
        return null;
    }

    /// <summary>Loads it.</summary>
    /// <param name="intraOpThreads">The threads one run may use, from 1.</param>
    /// <returns>The model; the caller disposes it. It no longer needs the file.</returns>
    /// <exception cref="ModelFormatException">The runtime does not take it; the file was deleted.</exception>
    public LoadedModel Load(int intraOpThreads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(intraOpThreads, 1);
        var runners = new List<SignatureRunner>();
        try
        {
            foreach (var signature in header.Signatures)
            {
                var session = new OrtSession(file.Slice(signature.Graph), new OrtSessionSettings(intraOpThreads, IsPrepared: true));
                runners.Add(new SignatureRunner(signature.Description, session, signature.GraphInputs, signature.GraphOutputs, []));
            }

            return new LoadedModel(Description, runners);
        }
        catch (InferenceException e)
        {
            foreach (var runner in runners)
            {
                runner.Dispose();
            }

            File.Delete(path);
            throw new ModelFormatException($"{path} cannot be loaded: {e.Message}", e);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private static PreparedHeader? ReadHeader(MappedFile file)
    {
        var bytes = file.Bytes;
        if (bytes.Length < PreparedLayout.PrefixBytes + SHA256.HashSizeInBytes || !bytes.StartsWith(PreparedLayout.Magic))
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..^SHA256.HashSizeInBytes], hash);
        return hash.SequenceEqual(bytes[^SHA256.HashSizeInBytes..])
            ? JsonSerializer.Deserialize(bytes.Slice(PreparedLayout.PrefixBytes, PreparedLayout.HeaderLength(bytes)), PreparedJson.Default.PreparedHeader)
            : null;
    }
}
