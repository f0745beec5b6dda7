namespace MuLambda.Protocol.Grpc;

/// <summary>The names of the encodings on the wire.</summary>
public static class GrpcEncodings
{
    /// <summary>What both sides understand, as <see cref="GrpcHeaders.AcceptEncoding"/> lists it.</summary>
    public const string Accepted = "identity,gzip";

    /// <summary>The name of gzip.</summary>
    public const string Gzip = "gzip";

    /// <summary>Reads the value of <see cref="GrpcHeaders.Encoding"/>.</summary>
    /// <param name="name">The header's value, or null where there is none.</param>
    /// <exception cref="GrpcException">UNIMPLEMENTED: another encoding.</exception>
    public static GrpcEncoding Parse(string? name) => name switch
    {
        null or "" or "identity" => GrpcEncoding.Identity,
        Gzip => GrpcEncoding.Gzip,
        _ => throw new GrpcException(
            StatusCode.Unimplemented, $"The message encoding '{name}' is not understood; known are {Accepted}."),
    };

    /// <summary>Whether a list of encodings has one.</summary>
    /// <param name="accepted">The value of <see cref="GrpcHeaders.AcceptEncoding"/>, or null.</param>
    /// <param name="name">The encoding's name.</param>
    public static bool Lists(string? accepted, string name)
    {
        foreach (var range in accepted.AsSpan().Split(','))
        {
            if (accepted.AsSpan(range).Trim().SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }
}
