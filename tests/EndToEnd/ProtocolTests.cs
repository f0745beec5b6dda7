using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using MuLambda.Hosting.Testing;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.OpenInference;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace EndToEnd;

/// <summary>Clients of other serving systems, which know of the platform an address and a name.</summary>
[Collection(SharedPlatform.Name)]
public sealed class ProtocolTests(Platform platform)
{
    private const string Client = "digits-accurate";

    [Fact]
    public async Task All_protocols_get_the_same_answer_and_grpc_is_where_the_endpoints_file_says()
    {
        var pixels = new float[28 * 28];
        for (var row = 4; row < 24; row++)
        {
            // A stroke from top to bottom.
            pixels[(row * 28) + 14] = 1;
        }

        using var channel = GrpcChannel.ForAddress(platform.App.GetEndpoint("selector", "grpc").AbsoluteUri.TrimEnd('/'));
        var bytes = ByteString.CopyFrom(MemoryMarshal.AsBytes(pixels.AsSpan()));
        var metadata = await channel.UnaryAsync(GrpcInferenceService.ModelMetadata, new ModelMetadataRequest { Name = Client });
        var input = metadata.Inputs.Single();
        long[] shape = [1, .. input.Shape.Skip(1)];
        shape.Aggregate(1L, (product, size) => product * size).ShouldBe(pixels.Length);
        var tensor = new TensorProto { Dtype = DataType.DtFloat, TensorContent = bytes, TensorShape = new TensorShapeProto() };
        tensor.TensorShape.Dim.AddRange(shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }));
        var model = string.Empty;

        var predicted = await channel.UnaryAsync(
            PredictionService.Predict,
            new PredictRequest { ModelSpec = new ModelSpec { Name = Client }, Inputs = { [input.Name] = tensor } },
            new GrpcCallOptions { OnHeaders = headers => model = headers.GetValue("mulambda-model") });
        var inferred = await channel.UnaryAsync(GrpcInferenceService.ModelInfer, new ModelInferRequest
        {
            ModelName = Client,
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = input.Name, Datatype = input.Datatype, Shape = { shape } } },
            RawInputContents = { bytes },
        });
        using var rest = await platform.Selector.PostAsync($"/v2/models/{Client}/infer", Platform.Json(JsonSerializer.Serialize(new
        {
            inputs = new[] { new { name = input.Name, datatype = input.Datatype, shape, data = pixels } },
        })));

        model.ShouldBe("digits-cnn@1");
        var expected = TensorContent.GetBytes(predicted.Outputs.Values.Single()).ToArray();
        inferred.RawOutputContents.Single().ToByteArray().ShouldBe(expected);
        var json = JsonDocument.Parse(await rest.Content.ReadAsStringAsync()).RootElement;
        json.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(v => v.GetSingle())
            .ShouldBe(MemoryMarshal.Cast<byte, float>(expected).ToArray());
    }
}
