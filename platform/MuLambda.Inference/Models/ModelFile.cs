using Google.Protobuf;

namespace MuLambda.Inference;

/// <summary>Finds and reads the one file a model consists of.</summary>
internal static class ModelFile
{
    /// <summary>What the name of a SavedModel in protobuf's text format ends with.</summary>
    public const string TextSuffix = ".pbtxt";

    private const string SavedModelFile = "saved_model.pb";
    private const string SavedModelTextFile = "saved_model" + TextSuffix;

    /// <summary>The file to read and its format.</summary>
    /// <exception cref="ModelFormatException">There is none, or more than one.</exception>
    public static (string File, string Format) Find(string path)
    {
        if (File.Exists(path))
        {
            return IsOnnx(path) ? (path, ModelFormats.Onnx)
                : Path.GetFileName(path) is SavedModelFile or SavedModelTextFile ? (path, ModelFormats.SavedModel)
                : throw new ModelFormatException($"{path} is neither a {SavedModelFile} nor an .onnx file.");
        }

        if (!Directory.Exists(path))
        {
            throw new ModelFormatException($"{path} does not exist.");
        }

        if (FindIn(path) is { } found)
        {
            return found;
        }

        var versions = Directory.EnumerateDirectories(path).Where(d => Path.GetFileName(d).All(char.IsAsciiDigit)).Take(2).ToArray();
        return versions switch
        {
            [var version] => FindIn(version) ?? throw new ModelFormatException($"{version} holds neither {SavedModelFile} nor an .onnx file."),
            [] => throw new ModelFormatException($"{path} holds neither {SavedModelFile} nor an .onnx file."),
            _ => throw new ModelFormatException($"{path} holds more than one version; name the directory of one."),
        };
    }

    /// <summary>Reads a file that is not larger than the limit.</summary>
    public static byte[] Read(string file, ModelLimits limits)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            var most = Math.Min(limits.MaxFileBytes, Array.MaxLength);
            if (stream.Length > most)
            {
                throw new ModelFormatException($"{file} has {stream.Length} bytes; the limit is {most}.");
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException($"{file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Parses a file's message.</summary>
    public static T Parse<T>(string file, byte[] bytes, MessageParser<T> parser, ModelLimits limits)
        where T : IMessage<T>
    {
        // A sub-message of two bytes takes hundreds when it is an object, and a file can be made of nothing else.
        var cost = MessageCost.Of(bytes, parser, limits.MaxDepth);
        var most = MessageCost.FreeBytes + ((long)MessageCost.Ratio * bytes.Length);
        if (cost > most)
        {
            throw new ModelFormatException($"{file} has {bytes.Length} bytes, but its messages would take about {cost} in memory; the limit is {most}.");
        }

        try
        {
            using var input = CodedInputStream.CreateWithLimits(new MemoryStream(bytes, writable: false), int.MaxValue, limits.MaxDepth);
            return parser.WithDiscardUnknownFields(true).ParseFrom(input);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new ModelFormatException($"{file} is malformed: {e.Message}", e);
        }
    }

    private static (string, string)? FindIn(string directory)
    {
        foreach (var name in new[] { SavedModelFile, SavedModelTextFile })
        {
            if (File.Exists(Path.Combine(directory, name)))
            {
                return (Path.Combine(directory, name), ModelFormats.SavedModel);
            }
        }

        var onnx = Directory.EnumerateFiles(directory).Where(IsOnnx).Take(2).ToArray();
        return onnx switch
        {
            [] => null,
            [var only] => (only, ModelFormats.Onnx),
            _ => throw new ModelFormatException($"{directory} holds more than one .onnx file."),
        };
    }

    private static bool IsOnnx(string path) => Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase);
}
