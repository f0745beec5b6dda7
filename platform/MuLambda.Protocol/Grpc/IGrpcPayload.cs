using System.Buffers;

namespace MuLambda.Protocol.Grpc;

/// <summary>A request message that writes itself: one whose parts lie apart in memory and are copied only on their way out.</summary>
public interface IGrpcPayload
{
    /// <summary>The message's length in bytes.</summary>
    int Size { get; }

    /// <summary>Writes exactly <see cref="Size"/> bytes.</summary>
    /// <param name="output">Where to.</param>
    void WriteTo(IBufferWriter<byte> output);
}
