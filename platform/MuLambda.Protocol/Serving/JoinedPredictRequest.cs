using System.Buffers;
using System.Text;
using Google.Protobuf;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Serving;

/// <summary>
/// A <see cref="PredictRequest"/> whose tensors are several requests' behind each other: the parts stay where they are until they are
/// written into the call's frame, each once.
/// </summary>
public sealed class JoinedPredictRequest : IGrpcPayload
{
    // Tags of the fields that are written by hand: PredictRequest.inputs, the map entry's key and value, TensorProto.tensor_content.
    private const byte InputsTag = (2 << 3) | 2;
    private const byte KeyTag = (1 << 3) | 2;
    private const byte ValueTag = (2 << 3) | 2;
    private const byte ContentTag = (4 << 3) | 2;

    private readonly byte[] _spec;
    private readonly List<Input> _inputs = [];

    /// <summary>A request without inputs yet.</summary>
    /// <param name="spec">Model and signature.</param>
    public JoinedPredictRequest(ModelSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        _spec = new PredictRequest { ModelSpec = spec }.ToByteArray();
        Size = _spec.Length;
    }

    /// <inheritdoc/>
    public int Size { get; private set; }

    /// <summary>Adds an input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">Element type and shape of all parts together; its values are not sent.</param>
    /// <param name="parts">The values as <c>tensor_content</c> has them; not to be changed before the call has been sent.</param>
    /// <exception cref="OverflowException">The message is larger than 2 GiB.</exception>
    public void Add(string name, TensorProto tensor, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(parts);
        var head = new TensorProto { Dtype = tensor.Dtype, TensorShape = tensor.TensorShape }.ToByteArray();
        var content = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            content = checked(content + parts[i].Length);
        }

        Add(Encoding.UTF8.GetBytes(name), head, content, parts);
    }

    /// <summary>Adds an input that is sent as it is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor with its values.</param>
    public void Add(string name, TensorProto tensor)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(tensor);
        Add(Encoding.UTF8.GetBytes(name), tensor.ToByteArray(), content: 0, []);
    }

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(_spec);
        foreach (var input in _inputs)
        {
            WriteLength(output, InputsTag, input.Entry);
            WriteLength(output, KeyTag, input.Key.Length);
            output.Write(input.Key);
            WriteLength(output, ValueTag, input.Value);
            output.Write(input.Head);
            if (input.Content == 0)
            {
                continue;
            }

            WriteLength(output, ContentTag, input.Content);
            for (var i = 0; i < input.Parts.Count; i++)
            {
                output.Write(input.Parts[i].Span);
            }
        }
    }

    private void Add(byte[] key, byte[] head, int content, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        var value = content == 0 ? head.Length : checked(head.Length + 1 + CodedOutputStream.ComputeLengthSize(content) + content);
        var entry = checked(1 + CodedOutputStream.ComputeLengthSize(key.Length) + key.Length + 1 + CodedOutputStream.ComputeLengthSize(value) + value);
        _inputs.Add(new Input(key, head, content, value, entry, parts));
        Size = checked(Size + 1 + CodedOutputStream.ComputeLengthSize(entry) + entry);
    }

    private static void WriteLength(IBufferWriter<byte> output, byte tag, int length)
    {
        var span = output.GetSpan(6);
        span[0] = tag;
        var at = 1;
        var left = (uint)length;
        while (left >= 0x80)
        {
            span[at++] = (byte)(left | 0x80);
            left >>= 7;
        }

        span[at++] = (byte)left;
        output.Advance(at);
    }

    private sealed record Input(byte[] Key, byte[] Head, int Content, int Value, int Entry, IReadOnlyList<ReadOnlyMemory<byte>> Parts);
}
