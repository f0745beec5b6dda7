using Google.Protobuf;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.OpenInference;
using MuLambda.Protocol.Tensors;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Selector;

/// <summary><c>inference.GRPCInferenceService</c> with the client's id as the model's name.</summary>
internal sealed class OpenInferenceGrpc(GrpcFront front, Selecting selecting, CatalogFollower catalog)
{
    private const string Front = "open-inference-grpc";

    private readonly GrpcFront _front = front;
    private readonly CatalogFollower _catalog = catalog;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // The options these are made of are validated when the service starts.
        var service = new Lazy<OpenInferenceGrpc>(() => ActivatorUtilities.CreateInstance<OpenInferenceGrpc>(endpoints.ServiceProvider));
        endpoints.MapGrpcUnary(
            GrpcInferenceService.ModelInfer,
            GrpcFront.Answering<ModelInferRequest, ModelInferResponse>((request, call) => service.Value.InferAsync(request, call)),
            () => service.Value._front.Limits(Front));
        Map(endpoints, GrpcInferenceService.ServerLive, _ => new ServerLiveResponse { Live = true });
        Map(endpoints, GrpcInferenceService.ServerReady, _ => new ServerReadyResponse { Ready = service.Value._catalog.Snapshot is not null });
        Map(endpoints, GrpcInferenceService.ServerMetadata, _ => new ServerMetadataResponse
        {
            // Its one extension is REST's.
            Name = OpenInferenceServer.Name, Version = OpenInferenceServer.Version,
        });
        Map(endpoints, GrpcInferenceService.ModelReady, request => new ModelReadyResponse
        {
            Ready = service.Value.ClientOf(request.Name, request.Version).Unavailable is null,
        });
        Map(endpoints, GrpcInferenceService.ModelMetadata, request => MetadataOf(service.Value.ClientOf(request.Name, request.Version)));
    }

    private static void Map<TRequest, TResponse>(
        IEndpointRouteBuilder endpoints, GrpcMethod<TRequest, TResponse> method, Func<TRequest, TResponse> answer)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        endpoints.MapGrpcUnary(method, GrpcFront.Answering<TRequest, TResponse>((request, _) => Task.FromResult(answer(request))));

    private async Task<ModelInferResponse> InferAsync(ModelInferRequest request, GrpcServerContext call)
    {
        var client = request.ModelName;
        ClientModel.RequireVersion(client, request.ModelVersion);
        var input = OpenInferenceInput.Of(request);
        if (await _front.ForwardAsync(client, input, call) is not { } forwarded)
        {
            return new ModelInferResponse();
        }

        var response = new ModelInferResponse { ModelName = client, ModelVersion = ClientModel.VersionText, Id = request.Id };
        var outputs = input.Asked(forwarded.Outputs).ToList();

        // In kind, unless an output has no other form.
        var raw = request.RawInputContents.Count > 0 || outputs.Exists(output => InferMessages.NeedsRaw(output.Value.Dtype));
        foreach (var (name, tensor) in outputs)
        {
            InferMessages.AddOutput(response, name, tensor, raw);
        }

        return response;
    }

    private ClientModel ClientOf(string client, string version)
    {
        ClientModel.RequireVersion(client, version);
        return ClientModel.Of(selecting, client);
    }

    private static ModelMetadataResponse MetadataOf(ClientModel client)
    {
        var signature = client.Signatures.FirstOrDefault(s => s.Name == ModelSignature.Default);
        return new ModelMetadataResponse
        {
            Name = client.Client,
            Versions = { ClientModel.VersionText },
            Platform = OpenInferenceServer.Platform,
            Inputs = { (signature?.Inputs ?? []).Select(Of) },
            Outputs = { (signature?.Outputs ?? []).Select(Of) },
            Properties = { ["task"] = client.Traits.Task, ["input"] = client.Traits.Input, ["output"] = client.Traits.Output },
        };
    }

    private static ModelMetadataResponse.Types.TensorMetadata Of(TensorSpec tensor) => new()
    {
        Name = tensor.Name,
        Datatype = TensorDataTypes.TryParse(tensor.DType, out var type) ? OpenInferenceTypes.NameOf(type) : tensor.DType,
        Shape = { tensor.Shape ?? [] },
    };
}
