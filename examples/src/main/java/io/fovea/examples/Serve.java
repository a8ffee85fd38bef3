package io.fovea.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fovea.FoveaException;
import io.fovea.image.Format;
import io.fovea.image.Limits;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.srgan.SuperResolver;
import io.fovea.torch.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * A web service that enlarges what is posted to it: {@code Serve 8080}, then
 * {@code curl --data-binary @photo.jpg localhost:8080/upscale -o large.png}.
 *
 * <p>One resolver serves all requests; each request computes on one thread, and as many run at once as there are cores.
 */
public final class Serve {
    private static final Limits LIMITS = new Limits(1_000_000, 4_000, 20_000_000);

    private Serve() {}

    public static void main(String[] args) throws IOException {
        Engine.threads(1);
        SuperResolver resolver = SuperResolver.load("srresnet-x4");
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        HttpServer server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors()));
        server.createContext("/upscale", exchange -> {
            try (exchange) {
                upscale(resolver, exchange);
            }
        });
        server.start();
        System.out.println("Post pictures to http://localhost:" + address.getPort() + "/upscale");
    }

    private static void upscale(SuperResolver resolver, HttpExchange exchange) throws IOException {
        int status = 200;
        byte[] answer;
        try {
            Picture small = Pictures.read(exchange.getRequestBody(), "the posted picture", LIMITS);
            var png = new ByteArrayOutputStream();
            Pictures.write(resolver.upscale(small), png, WriteOptions.DEFAULT.withFormat(Format.PNG));
            answer = png.toByteArray();
            exchange.getResponseHeaders().set("Content-Type", "image/png");
        } catch (FoveaException e) { // says what is wrong with the picture
            status = 400;
            answer = (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        }
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
    }
}
