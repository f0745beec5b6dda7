using Google.Protobuf;

namespace MuLambda.Protocol.Grpc;

/// <summary>A method of a gRPC service, known to client and server alike.</summary>
/// <typeparam name="TRequest">The generated request message.</typeparam>
/// <typeparam name="TResponse">The generated response message.</typeparam>
public sealed class GrpcMethod<TRequest, TResponse>
    where TRequest : IMessage<TRequest>
    where TResponse : IMessage<TResponse>
{
    /// <summary>Describes the method.</summary>
    /// <param name="service">Full name of the service, <c>package.Service</c>.</param>
    /// <param name="name">Name of the method within the service.</param>
    /// <param name="requestParser">Parses the request message.</param>
    /// <param name="responseParser">Parses the response message.</param>
    public GrpcMethod(string service, string name, MessageParser<TRequest> requestParser, MessageParser<TResponse> responseParser)
    {
        ArgumentException.ThrowIfNullOrEmpty(service);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(requestParser);
        ArgumentNullException.ThrowIfNull(responseParser);
        Service = service;
        Name = name;
        Path = $"/{service}/{name}";
        RequestParser = requestParser;
        ResponseParser = responseParser;
    }

    /// <summary>Full name of the service, <c>package.Service</c>.</summary>
    public string Service { get; }

    /// <summary>Name of the method within the service.</summary>
    public string Name { get; }

    /// <summary>The HTTP/2 path, <c>/package.Service/Method</c>.</summary>
    public string Path { get; }

    /// <summary>Parses the request message.</summary>
    public MessageParser<TRequest> RequestParser { get; }

    /// <summary>Parses the response message.</summary>
    public MessageParser<TResponse> ResponseParser { get; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
