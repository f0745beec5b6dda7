using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.OpenInference;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector.Tests.Fronts;

/// <summary>A protocol's client, which asks for the classes of images.</summary>
internal abstract class Front
{
    public static readonly string[] Names = ["tensorflow-serving-rest", "tensorflow-serving-grpc", "open-inference-rest", "open-inference-grpc"];

    /// <summary>Headers, or metadata, that its requests carry besides.</summary>
    public Dictionary<string, string> RequestHeaders { get; } = [];

    public static TheoryData<string> All => [.. Names];

    public static Front Of(string name) => name switch
    {
        "tensorflow-serving-rest" => new TensorFlowServingRest(),
        "tensorflow-serving-grpc" => new TensorFlowServingGrpc(),
        "open-inference-rest" => new OpenInferenceRest(),
        _ => new OpenInferenceGrpc(),
    };

    /// <summary>Images of 2 by 2 whose first pixel is the label.</summary>
    public static TensorProto Images(params int[] labels)
    {
        var values = labels.SelectMany(label => new float[] { label, 0, 0, 0 }).ToArray();
        return Tensor(DataType.DtFloat, [labels.Length, 2, 2, 1], MemoryMarshal.AsBytes(values.AsSpan()));
    }

    public static TensorProto Tensor(DataType type, long[] shape, ReadOnlySpan<byte> content)
    {
        var tensor = new TensorProto { Dtype = type, TensorShape = new TensorShapeProto(), TensorContent = ByteString.CopyFrom(content) };
        tensor.TensorShape.Dim.AddRange(shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }));
        return tensor;
    }

    public static TensorProto Words(long[] shape, params string[] words)
    {
        var tensor = Tensor(DataType.DtString, shape, []);
        tensor.StringVal.AddRange(words.Select(ByteString.CopyFromUtf8));
        return tensor;
    }

    /// <summary>Asks for the classes of images.</summary>
    public Task<FrontAnswer> AskAsync(
        TestPlatform platform, string client, TensorProto images, int? timeoutMs = 30_000, string? version = null, string input = "image") =>
        AskAsync(platform, client, new Dictionary<string, TensorProto> { [input] = images }, timeoutMs, version);

    public abstract Task<FrontAnswer> AskAsync(
        TestPlatform platform, string client, IReadOnlyDictionary<string, TensorProto> inputs, int? timeoutMs, string? version);

    /// <summary>Begins a request, and sends no more than its beginning.</summary>
    public abstract Task<FrontAnswer> StallAsync(TestPlatform platform, string client, int timeoutMs);

    private abstract class Rest : Front
    {
        public override async Task<FrontAnswer> AskAsync(
            TestPlatform platform, string client, IReadOnlyDictionary<string, TensorProto> inputs, int? timeoutMs, string? version) =>
            await SendAsync(platform, PathOf(client, version), new StringContent(BodyOf(inputs), Encoding.UTF8, "application/json"), timeoutMs);

        public override async Task<FrontAnswer> StallAsync(TestPlatform platform, string client, int timeoutMs)
        {
            // HttpClient would wait for the end of the body.
            var address = platform.Http.BaseAddress!;
            using var connection = new TcpClient();
            await connection.ConnectAsync(address.Host, address.Port);
            await using var stream = connection.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {PathOf(client, null)} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: 60000\r\nmulambda-timeout-ms: {timeoutMs}\r\n\r\n{{"));
            using var reader = new StreamReader(stream);
            var status = await reader.ReadLineAsync().WaitAsync(TestPlatform.Patience);
            while (await reader.ReadLineAsync().WaitAsync(TestPlatform.Patience) is { Length: > 0 })
            {
                // A header.
            }

            var body = new char[500];
            var length = await reader.ReadAsync(body.AsMemory()).AsTask().WaitAsync(TestPlatform.Patience);
            return new FrontAnswer(
                int.Parse(status!.Split(' ')[1], CultureInfo.InvariantCulture), null,
                JsonDocument.Parse(body.AsMemory(0, length)).RootElement.GetProperty("error").GetString(), [], new Dictionary<string, string>());
        }

        protected abstract string PathOf(string client, string? version);

        protected abstract string BodyOf(IReadOnlyDictionary<string, TensorProto> inputs);

        protected abstract IReadOnlyList<float> ValuesOf(JsonElement answer);

        private async Task<FrontAnswer> SendAsync(TestPlatform platform, string path, HttpContent content, int? timeoutMs)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            if (timeoutMs is { } timeout)
            {
                request.Headers.Add("mulambda-timeout-ms", $"{timeout}");
            }

            foreach (var (name, value) in RequestHeaders)
            {
                request.Headers.Add(name, value);
            }

            using var response = await platform.Http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            var json = JsonDocument.Parse(text).RootElement;
            var headers = response.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => string.Join(',', h.Value));
            response.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
            return response.IsSuccessStatusCode
                ? new FrontAnswer((int)response.StatusCode, null, null, ValuesOf(json), headers)
                : new FrontAnswer((int)response.StatusCode, null, json.GetProperty("error").GetString(), [], headers);
        }
    }

    private sealed class TensorFlowServingRest : Rest
    {
        protected override string PathOf(string client, string? version) =>
            version is null ? $"/v1/models/{client}:predict" : $"/v1/models/{client}/versions/{version}:predict";

        protected override string BodyOf(IReadOnlyDictionary<string, TensorProto> inputs)
        {
            var body = new ArrayBufferWriter<byte>();
            PredictJson.WriteRequest(body, "serving_default", inputs, PredictJsonFormat.Row);
            return Encoding.UTF8.GetString(body.WrittenSpan);
        }

        protected override IReadOnlyList<float> ValuesOf(JsonElement answer)
        {
            answer.EnumerateObject().Select(p => p.Name).ShouldBe(["predictions"]);
            return [.. answer.GetProperty("predictions").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(v => v.GetSingle())];
        }
    }

    private sealed class OpenInferenceRest : Rest
    {
        protected override string PathOf(string client, string? version) =>
            version is null ? $"/v2/models/{client}/infer" : $"/v2/models/{client}/versions/{version}/infer";

        protected override string BodyOf(IReadOnlyDictionary<string, TensorProto> inputs) => JsonSerializer.Serialize(new
        {
            id = "42",
            inputs = inputs.Select(input => new
            {
                name = input.Key,
                datatype = OpenInferenceTypes.NameOf(input.Value.Dtype),
                shape = input.Value.TensorShape.Dim.Select(d => d.Size),
                data = input.Value.Dtype == DataType.DtString
                    ? input.Value.StringVal.Select(s => (object)s.ToStringUtf8())
                    : MemoryMarshal.Cast<byte, float>(input.Value.TensorContent.Span).ToArray().Cast<object>(),
            }),
        });

        protected override IReadOnlyList<float> ValuesOf(JsonElement answer)
        {
            answer.GetProperty("id").GetString().ShouldBe("42");
            answer.GetProperty("model_version").GetString().ShouldBe("1");
            var output = answer.GetProperty("outputs").EnumerateArray().Single();
            output.GetProperty("name").GetString().ShouldBe("probabilities");
            output.GetProperty("datatype").GetString().ShouldBe("FP32");
            output.GetProperty("shape")[1].GetInt32().ShouldBe(10);
            return [.. output.GetProperty("data").EnumerateArray().Select(v => v.GetSingle())];
        }
    }

    private abstract class GrpcFront<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method) : Front
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        public override async Task<FrontAnswer> AskAsync(
            TestPlatform platform, string client, IReadOnlyDictionary<string, TensorProto> inputs, int? timeoutMs, string? version)
        {
            var headers = new Dictionary<string, string>();
            void Keep(GrpcMetadata metadata)
            {
                foreach (var (name, value) in metadata)
                {
                    headers[name] = value;
                }
            }

            var options = new GrpcCallOptions { OnHeaders = Keep, OnTrailers = Keep };
            if (timeoutMs is { } timeout)
            {
                options.Metadata.Add("mulambda-timeout-ms", $"{timeout}");
            }

            foreach (var header in RequestHeaders)
            {
                options.Metadata.Add(header);
            }

            try
            {
                var response = await platform.Grpc.UnaryAsync(method, RequestOf(client, version, inputs), options).WaitAsync(TestPlatform.Patience);
                return new FrontAnswer(null, StatusCode.Ok, null, ValuesOf(response), headers);
            }
            catch (GrpcException e)
            {
                if (e.RetryAfter is { } wait)
                {
                    headers[GrpcHeaders.RetryPushback] = $"{wait.TotalMilliseconds}";
                }

                return new FrontAnswer(null, e.StatusCode, e.Message, [], headers);
            }
        }

        public override async Task<FrontAnswer> StallAsync(TestPlatform platform, string client, int timeoutMs)
        {
            using var http = new HttpClient { Timeout = TestPlatform.Patience };
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(platform.Grpc.Address.Uri, method.Path))
            {
                Version = new Version(2, 0),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,

                // The frame announces 100 bytes.
                Content = new StalledContent([0, 0, 0, 0, 100, 1]),
            };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
            request.Headers.Add("mulambda-timeout-ms", $"{timeoutMs}");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var status = response.Headers.GetValues("grpc-status").Single();
            return new FrontAnswer(
                null, (StatusCode)int.Parse(status, CultureInfo.InvariantCulture),
                GrpcStatusText.Decode(response.Headers.GetValues("grpc-message").Single()), [], new Dictionary<string, string>());
        }

        protected abstract TRequest RequestOf(string client, string? version, IReadOnlyDictionary<string, TensorProto> inputs);

        protected abstract IReadOnlyList<float> ValuesOf(TResponse answer);
    }

    private sealed class TensorFlowServingGrpc() : GrpcFront<PredictRequest, PredictResponse>(PredictionService.Predict)
    {
        protected override PredictRequest RequestOf(string client, string? version, IReadOnlyDictionary<string, TensorProto> inputs)
        {
            var request = new PredictRequest { ModelSpec = new ModelSpec { Name = client } };
            if (version is not null)
            {
                request.ModelSpec.Version = long.Parse(version, CultureInfo.InvariantCulture);
            }

            request.Inputs.Add(inputs.ToDictionary());
            return request;
        }

        protected override IReadOnlyList<float> ValuesOf(PredictResponse answer)
        {
            answer.ModelSpec.Version.ShouldBe(1);
            answer.ModelSpec.SignatureName.ShouldBe("serving_default");
            return MemoryMarshal.Cast<byte, float>(TensorContent.GetBytes(answer.Outputs["probabilities"]).Span).ToArray();
        }
    }

    private sealed class OpenInferenceGrpc() : GrpcFront<ModelInferRequest, ModelInferResponse>(GrpcInferenceService.ModelInfer)
    {
        protected override ModelInferRequest RequestOf(string client, string? version, IReadOnlyDictionary<string, TensorProto> inputs)
        {
            var request = new ModelInferRequest { ModelName = client, ModelVersion = version ?? string.Empty, Id = "42" };
            foreach (var (name, tensor) in inputs)
            {
                request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor
                {
                    Name = name, Datatype = OpenInferenceTypes.NameOf(tensor.Dtype), Shape = { tensor.TensorShape.Dim.Select(d => d.Size) },
                });
                request.RawInputContents.Add(RawTensor.Write(tensor));
            }

            return request;
        }

        protected override IReadOnlyList<float> ValuesOf(ModelInferResponse answer)
        {
            answer.Id.ShouldBe("42");
            answer.Outputs.Single().Shape[1].ShouldBe(10);
            return MemoryMarshal.Cast<byte, float>(answer.RawOutputContents.Single().Span).ToArray();
        }
    }
}
