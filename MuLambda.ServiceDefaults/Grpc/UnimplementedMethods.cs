using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>Answers gRPC calls of methods that are not mapped. Other requests to such paths stay as they are.</summary>
internal sealed class UnimplementedMethods : EndpointDataSource
{
    private readonly Endpoint[] _endpoints;

    public UnimplementedMethods()
    {
        var pattern = RoutePatternFactory.Parse(
            "{service}/{method}", defaults: null, parameterPolicies: new { method = new IsGrpcCall() });
        var endpoint = new RouteEndpointBuilder(AnswerAsync, pattern, order: int.MaxValue)
        {
            DisplayName = "gRPC unimplemented method",
        };
        endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Post]));
        _endpoints = [endpoint.Build()];
    }

    public override IReadOnlyList<Endpoint> Endpoints => _endpoints;

    public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;

    private static Task AnswerAsync(HttpContext context)
    {
        if (GrpcServerResponse.Begin(context))
        {
            GrpcServerResponse.Fail(context, StatusCode.Unimplemented, $"The server has no method {context.Request.Path}.");
        }

        return Task.CompletedTask;
    }

    private sealed class IsGrpcCall : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is not null && (GrpcHeaders.IsGrpc(httpContext.Request.ContentType) || GrpcHeaders.IsGrpcWeb(httpContext.Request.ContentType));
    }
}
