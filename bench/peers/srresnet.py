"""SRResNet (Ledig et al. 2017) in plain PyTorch, timed on request: the peer of Fovea's bench.

Reads a line "step f32 4", "step bf16 4" or "infer f32 4" on stdin (4 times), and answers with the seconds that one took on average.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1, self.act = nn.Conv2d(64, 64, 3, padding=1), nn.BatchNorm2d(64), nn.PReLU()
        self.conv2, self.norm2 = nn.Conv2d(64, 64, 3, padding=1), nn.BatchNorm2d(64)

    def forward(self, x):
        return x + self.norm2(self.conv2(self.act(self.norm1(self.conv1(x)))))


class SrResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.head, self.act = nn.Conv2d(3, 64, 9, padding=4), nn.PReLU()
        self.body = nn.Sequential(*[Block() for _ in range(16)])
        self.trunk, self.norm = nn.Conv2d(64, 64, 3, padding=1), nn.BatchNorm2d(64)
        up = []
        for _ in range(2):
            up += [nn.Conv2d(64, 256, 3, padding=1), nn.PixelShuffle(2), nn.PReLU()]
        self.up, self.tail = nn.Sequential(*up), nn.Conv2d(64, 3, 9, padding=4)

    def forward(self, x):
        first = self.act(self.head(x))
        return self.tail(self.up(first + self.norm(self.trunk(self.body(first)))))


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    net = SrResNet()
    adam = torch.optim.Adam(net.parameters(), lr=1e-4)
    lr, hr = torch.rand(16, 3, 24, 24), torch.rand(16, 3, 96, 96)
    frame = torch.rand(1, 3, 180, 320)

    def step(bf16):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            sr = net(lr)
        loss = F.l1_loss(sr.float(), hr)
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss.item()

    def infer(bf16):
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            return net(frame).float().numpy()

    print("python3-torch", torch.__version__, flush=True)
    for line in sys.stdin:
        what, precision, times = line.split()
        if what == "step":
            net.train()
            work = step
        else:
            net.eval()
            work = infer
        begin = time.perf_counter()
        for _ in range(int(times)):
            work(precision == "bf16")
        print((time.perf_counter() - begin) / int(times), flush=True)


main()
