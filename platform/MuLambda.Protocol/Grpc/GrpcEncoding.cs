namespace MuLambda.Protocol.Grpc;

/// <summary>How messages are compressed that are flagged as compressed.</summary>
public enum GrpcEncoding
{
    /// <summary>Not at all.</summary>
    Identity,

    /// <summary>As gzip streams.</summary>
    Gzip,
}
