using Google.Protobuf;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;
using Xunit.Abstractions;

namespace MuLambda.Protocol.Tests.Grpc;

/// <summary>Damaged frames get a status or, where the damage does no harm, a message; nothing else happens.</summary>
public sealed class FrameFuzzTests(ITestOutputHelper output)
{
    private const int Limit = 4096;

    [Fact]
    public void A_frame_of_a_predict_request()
    {
        var request = new PredictRequest { ModelSpec = new ModelSpec { Name = "m" }, OutputFilter = { "y" } };
        request.Inputs.Add("x", new TensorProto { Dtype = DataType.DtFloat, TensorShape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = 2 } } }, FloatVal = { 1, 2 } });
        var frame = RawClient.Frame(request);
        var messages = new ProtoMutator(request.ToByteArray());
        Read(frame).ShouldBeNull();

        new FuzzCampaign("frames", 1500, output.WriteLine) { BytesPerByte = 512 }.Run(
            r => r.Next(2) == 0 ? ByteMutator.Damage(frame, r) : Frame(messages.Damage(r)), Read).ShouldBeGreaterThan(.2);
    }

    private static byte[] Frame(byte[] message) =>
        [0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static string? Read(byte[] bytes)
    {
        try
        {
            // Nothing waits on a stream in memory: the task is done when it comes back.
            var reading = GrpcFraming.ReadUnaryAsync(new MemoryStream(bytes), PredictRequest.Parser, Limit).AsTask();
            reading.IsCompleted.ShouldBeTrue();
            _ = reading.GetAwaiter().GetResult();
            return null;
        }
        catch (GrpcException e)
        {
            e.StatusCode.ShouldBeOneOf(StatusCode.Internal, StatusCode.ResourceExhausted, StatusCode.Unimplemented);
            return e.Message;
        }
    }
}
